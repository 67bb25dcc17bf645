"""Small parts of pages: cells of exports, spark lines, heat, accents, links, vendored files."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.branding import accent_sheet
from api.pages.cards import verdict_of
from api.pages.charts import sparkline
from api.pages.exports import safe_cell
from api.pages.heatmap import heatmap, shade
from api.pages.links import conversation_link, link, without
from api.pages.timeline import lanes
from synapse.conversations.words import Utterance
from synapse.reports.figures import Figure
from synapse.reports.service_level import HourLevel, Level

_STATIC = Path(__file__).parents[3] / "api" / "static"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+7916", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "＝1", "|cmd"],
)
def test_a_cell_never_starts_a_formula(text: str) -> None:
    assert safe_cell(text) == "'" + text


@given(st.text())
def test_a_cell_keeps_its_text(text: str) -> None:
    assert safe_cell(text).removeprefix("'") in (text, text.removeprefix("'"))
    assert not safe_cell(text).lstrip(" ").startswith(("=", "+", "-", "@"))


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=60))
def test_a_spark_line_stays_in_its_box(values: list[float | None]) -> None:
    line = sparkline(values)
    if line is None:
        assert sum(value is not None for value in values) < 2
        return
    for segment in line.segments:
        for point in segment.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= line.width
            assert 0 <= y <= line.height


def test_a_gap_parts_a_spark_line() -> None:
    line = sparkline([1, 2, None, 3, 4])
    assert line is not None
    assert len(line.segments) == 2


def test_a_heat_map_spans_the_hours_that_had_calls() -> None:
    found = heatmap([HourLevel(1, 9, Level(10, 9)), HourLevel(3, 12, Level(4, 1))])
    assert found is not None
    assert found.hours == (9, 10, 11, 12)
    assert [weekday for weekday, _ in found.rows] == [1, 3]
    assert found.rows[0][1][1] is None
    assert heatmap([]) is None


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (None, "heat-none"),
        (Level(0, 0), "heat-none"),
        (Level(2, 0), "heat-few"),
        (Level(10, 0), "heat-0"),
        (Level(10, 8), "heat-3"),
        (Level(10, 10), "heat-5"),
    ],
)
def test_a_shade_tells_how_many_are_late(level: Level | None, expected: str) -> None:
    assert shade(level) == expected


def test_less_of_a_bad_thing_is_good_news() -> None:
    assert verdict_of(Figure(80, 100), "down") == "good"
    assert verdict_of(Figure(80, 100), "up") == "bad"
    assert verdict_of(Figure(100, 99), "up") == "neutral"
    assert verdict_of(Figure(100, 0), "up") == "neutral"


def test_links_leave_out_what_is_not_set() -> None:
    assert link("/leaks", {"kind": None, "status": "open"}, days=7) == "/leaks?status=open&days=7"
    assert link("/leaks", {"kind": "x"}, kind=None) == "/leaks"
    assert link("/inbox", hour=0) == "/inbox?hour=0"
    assert without({"a": 1, "b": 2}, ("b",)) == {"a": 1}
    assert conversation_link("telegram:a/b c:1") == "/conversations/telegram:a%2Fb%20c:1"


def test_lanes_show_who_spoke_when() -> None:
    said = [
        Utterance(0, 0.0, 5.0, "agent", (), False),
        Utterance(1, 5.0, 10.0, "client", (), False),
        Utterance(2, 10.0, 15.0, "agent", (), False),
    ]
    found = lanes(said, 20.0)
    assert found is not None
    assert [lane.speaker for lane in found.lanes] == ["agent", "client"]
    assert [(block.x, block.width) for block in found.lanes[0].blocks] == [(0.0, 250.0), (500.0, 250.0)]
    assert round(found.lanes[0].share, 2) == 0.67
    assert lanes([], 20.0) is None


def test_text_on_an_accent_is_readable() -> None:
    assert "--accent-ink:#ffffff" in accent_sheet("1a3fae")
    assert accent_sheet("ffe14d").startswith(":root{--accent:#ffe14d;--accent-ink:#10131a")


def test_vendored_files_are_the_ones_that_were_fetched() -> None:
    lock = json.loads((_STATIC / "vendor" / "vendor.lock").read_text())
    present = {
        str(path.relative_to(_STATIC / "vendor"))
        for path in (_STATIC / "vendor").rglob("*")
        if path.is_file() and path.name != "vendor.lock"
    }
    assert present == set(lock)
    for name, entry in lock.items():
        assert hashlib.sha256((_STATIC / "vendor" / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["integrity"].startswith("sha512-")
