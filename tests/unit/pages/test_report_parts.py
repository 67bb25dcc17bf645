"""Periods, cursors, series."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from synapse.conversations.search import digits_of_phone
from synapse.conversations.words import thread_of
from synapse.reports.figures import Figure, daily, ratio, weekly
from synapse.reports.keyset import decode_cursor, encode_cursor
from synapse.reports.period import LONGEST_DAYS, Period, parse_period

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("days", "first", "last", "expected"),
    [
        ("7", None, None, Period(date(2026, 11, 18), TODAY, 7)),
        (None, None, None, Period(date(2026, 10, 26), TODAY, 30)),
        ("8", None, None, Period(date(2026, 10, 26), TODAY, 30)),
        (None, "2026-11-01", "2026-11-05", Period(date(2026, 11, 1), date(2026, 11, 5))),
        (None, "2026-11-05", "2026-11-01", Period(date(2026, 11, 1), date(2026, 11, 5))),
        (None, "2026-11-20", None, Period(date(2026, 11, 20), TODAY)),
        (None, "yesterday", "2026-11-01", Period(date(2026, 10, 26), TODAY, 30)),
        ("7", "2026-11-01", "2026-11-05", Period(date(2026, 11, 18), TODAY, 7)),
    ],
)
def test_a_period_is_read_from_the_address(
    days: str | None, first: str | None, last: str | None, expected: Period
) -> None:
    assert parse_period(days, first, last, today=TODAY) == expected


@example("²", "", "")
@example("", "0001-01-01", "0001-01-02")
@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_text_in_the_address_gives_a_period(days: str, first: str, last: str) -> None:
    period = parse_period(days, first, last, today=TODAY)
    assert 1 <= period.days <= LONGEST_DAYS


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(1, 400))
def test_a_period_is_read_back_from_its_own_address(first: date, length: int) -> None:
    period = Period(first, date.fromordinal(first.toordinal() + length - 1))
    query = period.query()
    assert parse_period(query.get("days"), query.get("from"), query.get("to"), today=TODAY) == period


def test_the_period_before_has_the_same_length_and_touches() -> None:
    before = Period(date(2026, 11, 18), TODAY, 7).previous()
    assert before == Period(date(2026, 11, 11), date(2026, 11, 17))


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_a_cursor_is_read_back(values: list[str]) -> None:
    assert decode_cursor(encode_cursor(*values), len(values)) == values
    assert decode_cursor(encode_cursor(*values), len(values) + 1) is None


@given(st.text())
def test_a_foreign_cursor_is_no_cursor(text: str) -> None:
    assert decode_cursor(text, 2) is None or text


def test_days_without_anything_count_as_zero_and_long_series_become_weeks() -> None:
    series = daily({date(2026, 11, 2): 5.0}, date(2026, 11, 1), date(2026, 11, 3))
    assert series == (0.0, 5.0, 0.0)
    assert weekly(series) == series
    assert weekly((1.0,) * 90) == (7.0,) * 12


def test_a_change_needs_something_to_compare_with() -> None:
    assert Figure(110, 100).change == pytest.approx(0.1)
    assert Figure(110, 0).change is None
    assert Figure(None, 100).change is None
    assert ratio(1, 0) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+7 916 123-45-67", "79161234567"),
        ("8 (916) 123 45 67", "79161234567"),
        ("9161234567", "79161234567"),
        ("+49 30 12345678", "493012345678"),
        ("1234567", None),
        ("окна 9161234567", None),
    ],
)
def test_a_full_number_is_told_from_words(text: str, digits: str | None) -> None:
    assert digits_of_phone(text) == digits


def test_a_threads_name_may_hold_colons() -> None:
    assert thread_of("telegram:4242:1") == "4242"
    assert thread_of("mail:a:b:c:2") == "a:b:c"
