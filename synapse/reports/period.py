"""The span of days that a page speaks of, as it stands in the URL."""

from dataclasses import dataclass
from datetime import date, timedelta

PRESETS = (7, 30, 90)
DEFAULT_DAYS = 30
LONGEST_DAYS = 1100


@dataclass(frozen=True)
class Period:
    """Whole days of the company's zone, both ends included.

    Attributes:
        first: First day.
        last: Last day.
        preset: 7, 30 or 90 when the period is "the last N days", else None.
    """

    first: date
    last: date
    preset: int | None = None

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1

    def previous(self) -> "Period":
        """The period of equal length that ends the day before this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def query(self) -> dict[str, str]:
        """The URL parameters that :func:`parse_period` reads back."""
        if self.preset is not None:
            return {"days": str(self.preset)}
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def last_days(count: int, today: date) -> Period:
    """The last ``count`` days, today included."""
    preset = count if count in PRESETS else None
    return Period(today - timedelta(days=count - 1), today, preset)


def one_day(day: date) -> Period:
    """A period of one day."""
    return Period(day, day)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    # Years at the ends of the calendar leave no room for the period before.
    return day if day and 1900 <= day.year <= 9000 else None


def parse_period(days: str | None, first: str | None, last: str | None, *, today: date) -> Period:
    """Read the period from URL parameters; what cannot be read falls back to the last 30 days.

    Args:
        days: ``days=7``; wins when it is one of the presets.
        first: ``from=2026-10-01``.
        last: ``to=2026-10-31``; today when only ``from`` is given.
        today: The company's present day.
    """
    if days and days.isdecimal() and int(days) in PRESETS:
        return last_days(int(days), today)
    start = _day(first)
    if start is None:
        return last_days(DEFAULT_DAYS, today)
    end = _day(last) or today
    start, end = min(start, end), max(start, end)
    return Period(max(start, end - timedelta(days=LONGEST_DAYS - 1)), end)
