"""Service level by weekday and hour as a table whose cells carry a shade."""

from collections.abc import Sequence
from dataclasses import dataclass

from synapse.reports.service_level import HourLevel, Level

# Below this many calls a share says little; the cell stays pale.
_FEW_CALLS = 3


@dataclass(frozen=True)
class Heatmap:
    """Rows are weekdays that had calls, columns the hours from the first to the last with calls."""

    hours: tuple[int, ...]
    rows: tuple[tuple[int, tuple[Level | None, ...]], ...]


def heatmap(levels: Sequence[HourLevel]) -> Heatmap | None:
    """Arrange levels as a table; None where there are none."""
    if not levels:
        return None
    found = {(each.weekday, each.hour): each.level for each in levels}
    hours = tuple(range(min(each.hour for each in levels), max(each.hour for each in levels) + 1))
    weekdays = sorted({each.weekday for each in levels})
    return Heatmap(hours, tuple((day, tuple(found.get((day, hour)) for hour in hours)) for day in weekdays))


def shade(level: Level | None) -> str:
    """Class of a cell: ``heat-none``, ``heat-few`` or ``heat-0`` (bad) to ``heat-5`` (good)."""
    if level is None or level.share is None:
        return "heat-none"
    if level.offered < _FEW_CALLS:
        return "heat-few"
    steps = (0.5, 0.65, 0.75, 0.85, 0.95)
    return f"heat-{sum(level.share >= step for step in steps)}"
