"""Attribution and the costs of advertising against the simulated company's truth."""

from decimal import Decimal

from tests.acceptance.company import Company


def test_credits_of_every_enquiry_and_model_sum_to_exactly_one(company: Company) -> None:
    (row,) = company.rows(
        "select count(*) as groups, count(*) filter (where credit <> 1) as wrong, count(distinct enquiry_id)"
        " as enquiries from (select enquiry_id, sum(credit) as credit from marts.fct_attribution"
        " group by enquiry_id, attribution_model) as sums"
    )
    (whole,) = company.rows("select count(*) as enquiries from marts.fct_conversion")
    assert row["wrong"] == 0
    assert row["enquiries"] == whole["enquiries"] > 0
    assert row["groups"] == 7 * whole["enquiries"]


def test_last_touch_is_the_one_that_conversion_names(company: Company) -> None:
    (row,) = company.rows(
        "select count(*) as differ from marts.fct_attribution as a inner join marts.fct_conversion as c"
        " using (enquiry_id) where a.credit = 1 and (a.attribution_model = 'last'"
        " and a.source is distinct from c.last_source"
        " or a.attribution_model = 'first' and a.source is distinct from c.first_source)"
    )
    assert row["differ"] == 0


def test_each_model_gives_out_all_revenue_and_no_more(company: Company) -> None:
    sums = company.rows(
        "select attribution_model, sum(revenue) as revenue from marts.rpt_channel_returns group by 1"
    )
    (whole,) = company.rows("select sum(net_amount) as revenue from marts.fct_conversion")
    assert len(sums) == 7
    assert {row["revenue"] for row in sums} == {whole["revenue"]}


def test_costs_are_the_truth_s_with_the_correction(company: Company) -> None:
    rows = company.rows("select campaign, sum(amount) as amount from marts.fct_channel_costs group by 1")
    found = {row["campaign"]: row["amount"] for row in rows}
    assert found == {row["campaign"]: Decimal(row["amount"]) for row in company.truth("costs")}


def test_the_curve_counts_every_enquiry_once(company: Company) -> None:
    (row,) = company.rows(
        "select sum(converted) as bought, sum(converted + censored) as enquiries"
        " from marts.rpt_survival where grouped_by = 'all'"
    )
    (whole,) = company.rows(
        "select count(*) as enquiries, count(*) filter (where is_converted) as bought"
        " from marts.fct_conversion"
    )
    assert (row["bought"], row["enquiries"]) == (whole["bought"], whole["enquiries"])
