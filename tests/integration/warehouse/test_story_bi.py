"""What the BI role sees, and that it sees nothing else."""

import psycopg
import pytest

from tests.integration.warehouse.built import Built

pytestmark = pytest.mark.timeout(900)  # the first test waits for the whole build


def test_bi_masks_phones_names_and_messenger_ids(built: Built) -> None:
    contact = built.rows("select * from bi.dim_contacts where contact_id = 12")[0]
    assert (contact["display_name"], contact["phone"]) == ("Ж. О.", "+7 *** ***-00-12")
    threads = built.rows("select conversation_id from bi.fct_conversations where channel = 'telegram'")
    assert len(threads) == 3
    assert not any("1414" in row["conversation_id"] or "1515" in row["conversation_id"] for row in threads)
    leak = built.rows(
        "select leak_id, conversation_id from bi.fct_leakage where kind = 'unanswered_message'"
    )[0]
    assert "1515" not in leak["leak_id"] + leak["conversation_id"]


def test_masked_ids_still_join(built: Built) -> None:
    joined = built.rows(
        "select 1 from bi.fct_sla inner join bi.fct_conversations using (conversation_id)"
        " where fct_sla.channel = 'telegram'"
    )
    assert len(joined) == 2


def test_no_view_shows_a_whole_phone(built: Built) -> None:
    views = built.rows("select table_name from information_schema.views where table_schema = 'bi'")
    assert len(views) == 19
    for view in views:
        shown = built.rows(f'select t::text as row from bi."{view["table_name"]}" as t')
        assert not any("916000" in row["row"] for row in shown), view["table_name"]


@pytest.mark.parametrize(
    "relation", ["marts.fct_calls", "raw.receipts", "core.contacts", "staging.stg_onec__receipts"]
)
def test_the_bi_role_reads_nothing_but_bi(built: Built, relation: str) -> None:
    with psycopg.connect(built.url) as connection:
        connection.execute("set role synapse_bi")
        assert connection.execute("select count(*) > 0 from bi.fct_calls").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select * from {relation} limit 1".encode())


def test_comments_reach_postgres(built: Built) -> None:
    comment = built.rows("select col_description('marts.fct_calls'::regclass, 1) as words")[0]["words"]
    assert comment == "linkedid звонка, а если его нет, uniqueid первого канала"
