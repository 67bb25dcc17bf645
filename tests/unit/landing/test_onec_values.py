from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synapse.landing.onec_values import read_amount, read_date, read_document, read_kind
from synapse.landing.records import RowError


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12500", "12500"),
        ("12 500,00", "12500.00"),
        ("12\u00a0500,50", "12500.50"),
        ("12\u202f500,5", "12500.5"),
        ("12.500,00", "12500.00"),
        ("12,500.00", "12500.00"),
        ("1.234.567", "1234567.00"),
        ("1,234,567.89", "1234567.89"),
        ("-500,00", "-500.00"),
        ("−500", "-500"),
        ("(500,00)", "-500.00"),
        ("1 200 ₽", "1200.00"),
        ("1 200,50 руб.", "1200.50"),
        ("100р.", "100.00"),
        ("0.125", "0.13"),
        ("0,005", "0.01"),
    ],
)
def test_amounts(written: str, amount: str) -> None:
    assert Decimal(read_amount(written)) == Decimal(amount)


@pytest.mark.parametrize(
    "written", ["", "сто", "1,2,3.4.5", "NaN", "Infinity", "1e400", "12-13", "9" * 20, "=1+1"]
)
def test_no_amounts(written: str) -> None:
    with pytest.raises(RowError):
        read_amount(written)


@pytest.mark.parametrize("written", ["12,345", "1.234", "-123,456", "12,000"])
def test_a_thousand_or_a_thousandth_nobody_can_tell(written: str) -> None:
    with pytest.raises(RowError) as refused:
        read_amount(written)
    assert refused.value.code == "ambiguous_amount"


@given(
    st.decimals(min_value=-(10**10), max_value=10**10, places=2),
    st.sampled_from(["", " ", "\u00a0", "\u202f"]),
    st.sampled_from([",", "."]),
    st.sampled_from(["", " ₽", " руб."]),
)
def test_every_form_of_an_amount_reads_back(
    value: Decimal, thousands: str, point: str, currency: str
) -> None:
    written = f"{value:,.2f}".replace(",", "~").replace(".", point).replace("~", thousands) + currency
    assert Decimal(read_amount(written)) == value


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        amount = read_amount(text)
    except RowError as error:
        assert error.reason
    else:
        assert Decimal(amount).is_finite()


@pytest.mark.parametrize(
    ("written", "time_written", "moment"),
    [
        ("24.11.2026", "", "2026-11-24 00:00:00"),
        ("24.11.2026 18:06", "", "2026-11-24 18:06:00"),
        ("24.11.2026 18:06:54", "", "2026-11-24 18:06:54"),
        ("24.11.2026 9:05:00", "", "2026-11-24 09:05:00"),
        ("4.1.2026", "", "2026-01-04 00:00:00"),
        ("24.11.26", "", "2026-11-24 00:00:00"),
        ("24/11/2026", "", "2026-11-24 00:00:00"),
        ("2026-11-24", "", "2026-11-24 00:00:00"),
        ("2026-11-24T18:06:54", "", "2026-11-24 18:06:54"),
        ("2026-11-24T18:06:54+03:00", "", "2026-11-24 18:06:54+03:00"),
        ("24.11.2026", "9:05", "2026-11-24 09:05:00"),
        ("2026-11-24 00:00:00", "", "2026-11-24 00:00:00"),
    ],
)
def test_dates(written: str, time_written: str, moment: str) -> None:
    assert read_date(written, time_written) == moment


@pytest.mark.parametrize(
    "written", ["", "вчера", "31.02.2026", "2026", "20261124", "24.11", "00.00.0000", "24.11.2026 25:00"]
)
def test_no_dates(written: str) -> None:
    with pytest.raises(RowError):
        read_date(written)


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
)
def test_every_form_of_a_date_reads_back(day: date, moment: time) -> None:
    whole = datetime.combine(day, moment)
    assert read_date(f"{day:%d.%m.%Y} {moment:%H:%M:%S}") == str(whole)
    assert read_date(f"{day.day}.{day.month}.{day.year} {moment.hour}:{moment:%M:%S}") == str(whole)
    assert read_date(whole.isoformat()) == str(whole)
    assert read_date(f"{day:%d.%m.%Y}", f"{moment:%H:%M:%S}") == str(whole)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        moment = read_date(text)
    except RowError as error:
        assert error.code == "bad_date"
    else:
        assert datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Продажа", "sale"),
        ("Реализация товаров", "sale"),
        ("Чек ККМ", "sale"),
        ("Возврат от покупателя", "return"),
        ("Чек ККМ на возврат", "return"),
        ("Аванс", "advance"),
        ("Предоплата", "advance"),
        ("Инкассация", None),
    ],
)
def test_kinds(words: str, kind: str | None) -> None:
    assert read_kind(words) == kind


def test_documents() -> None:
    assert read_document("Чек ККМ КА00-000123 от 24.11.2026 18:06:54") == (
        "Чек ККМ",
        "КА00-000123",
        "24.11.2026 18:06:54",
    )
    assert read_document("Реализация № 12 от 1.2.2026") == ("Реализация", "12", "1.2.2026")
    assert read_document("Письмо от Ивана") is None
