"""What a headline figure consists of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

Number = int | float | Decimal
Course = tuple[float | None, ...]


@dataclass(frozen=True)
class Figure:
    """A number, what it is compared with, and how it went day by day.

    Attributes:
        value: The number now; None when there is nothing to measure.
        compared: The same number for what it is compared with; None when unknown.
        series: One value a day, oldest first; None for a day without anything to measure.
    """

    value: Number | None
    compared: Number | None = None
    series: Course = ()

    @property
    def change(self) -> float | None:
        """Relative change against what it is compared with; None where that is zero or unknown."""
        if self.value is None or not self.compared:
            return None
        return (float(self.value) - float(self.compared)) / float(self.compared)


def ratio(part: Number | None, whole: Number | None) -> float | None:
    """``part / whole``; None where there is nothing to divide."""
    if not whole or part is None:
        return None
    return float(part) / float(whole)


def daily(values: Mapping[date, float | None], first: date, last: date) -> Course:
    """One value a day from ``first`` to ``last``; days that are absent count as zero."""
    days = (last - first).days + 1
    return tuple(values.get(first + timedelta(days=offset), 0.0) for offset in range(days))


def weekly(series: Sequence[float | None], most: int = 45) -> Course:
    """Shorten a long daily series to sums of weeks, so that a spark line stays readable."""
    if len(series) <= most:
        return tuple(series)
    start = len(series) % 7
    weeks = [series[index : index + 7] for index in range(start, len(series), 7)]
    return tuple(sum(value or 0.0 for value in week) for week in weeks)
