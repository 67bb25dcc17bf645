"""The short way of a web event gives the row that the careful way gives, or steps aside."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synapse.landing.plain_events import plain_row
from synapse.landing.records import RowError
from synapse.landing.web_events import COLUMNS, careful_converter

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
EVENT = {
    "event_id": "0d1cf1d2-6f0e-4c0e-9a52-0f43a4d4e6f1",
    "occurred_at": "2026-11-25T09:15:02.125Z",
    "event_name": "page_view",
    "site": "shop",
    "url": "https://example.com/okna/?utm_source=yandex",
    "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36",
    "scroll_depth": 50,
    "consent": {"analytics": True},
    "properties": {"block": 3, "deep": {" a ": [1.5, None]}},
}
PLAIN = plain_row("site", NOW)
CAREFUL = careful_converter("site", NOW)
ODD: tuple[Any, ...] = (
    None, "", " ", " x", "x\u00a0", "x" * 512, "x" * 513, "x" * 9000, 0, 7, -1, 101, True, 1.5, [], {},
    {"a": 1},
    {" a": True}, {"a": "yes"}, {"a": None}, "2026-11-26T12:00:00Z", "2026-11-26T12:00:01Z",
    "2026-11-26T11:59:59.999999Z", "1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
    "2026-11-25T24:00:00Z", "2026-11-25 09:00:00+03:00", "2026-11-25T09:00:00", "2026-11-25T09:00:60Z",
    "2026-11-25T09:00:00.1234567Z", 1795600000, "0D1CF1D2-6F0E-4C0E-9A52-0F43A4D4E6F1",
    "0d1cf1d26f0e4c0e9a520f43a4d4e6f1", "Googlebot/2.1 (+http://www.google.com/bot.html)", "x\n", "\x1cx",
    "Ёж",
    "8 916 123-45-67", "\0", "a\0b", {"a\0": "b"}, {"a": ["\0"]},
)  # fmt: skip
NAMES = (*COLUMNS, "event", "name", "other")


def comparable(row: Sequence[object]) -> list[object]:
    moment = datetime.fromisoformat(re.sub(r"Z$", "+00:00", str(row[1])))
    return [row[0], moment, *row[2:]]


def check(raw: dict[str, Any]) -> None:
    short = PLAIN(raw)
    if short is not None:
        assert comparable(short) == comparable(CAREFUL(1, raw))


@given(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD) | st.text(max_size=5), max_size=4),
    st.sets(st.sampled_from(sorted(EVENT)), max_size=2),
)
@settings(max_examples=200)
def test_both_ways_agree(changes: dict[str, Any], left_out: set[str]) -> None:
    check({name: value for name, value in (EVENT | changes).items() if name not in left_out})


@pytest.mark.parametrize("name", NAMES)
def test_every_odd_value_in_every_field_agrees(name: str) -> None:
    for value in ODD:
        check(EVENT | {name: value})


def test_the_usual_event_goes_the_short_way() -> None:
    row = PLAIN(EVENT)
    assert row is not None
    assert len(row) == len(COLUMNS)


@pytest.mark.parametrize(
    "change", [{"occurred_at": "2026-11-27T00:00:00Z"}, {"scroll_depth": 101}, {"url": "x" * 9000}]
)
def test_what_is_refused_is_refused_by_the_careful_way(change: dict[str, Any]) -> None:
    assert PLAIN(EVENT | change) is None
    with pytest.raises(RowError):
        CAREFUL(1, EVENT | change)
