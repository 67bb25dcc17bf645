"""The company's working days, as promises need them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from synapse.settings.sections import Calendar, Weekday

# Where a closed day is meant by name, its evening still ends somewhere.
_CLOSING_OF_A_CLOSED_DAY = time(20)
_OPENING_OF_A_CLOSED_DAY = time(9)
_LONGEST_CLOSURE = 60


@dataclass(frozen=True)
class WorkingTime:
    """Working hours by day in the company's zone."""

    zone: ZoneInfo
    hours: tuple[tuple[time, time] | None, ...]
    holidays: frozenset[date]

    @classmethod
    def of(cls, calendar: Calendar) -> "WorkingTime":
        """Read the settings' calendar."""
        week = [calendar.weekdays.get(day) for day in get_args(Weekday)]
        hours = tuple((day.opens, day.closes) if day else None for day in week)
        return cls(ZoneInfo(calendar.zone), hours, frozenset(calendar.holidays))

    def is_working_day(self, day: date) -> bool:
        """Whether the company is open on ``day`` at all."""
        return day not in self.holidays and self.hours[day.weekday()] is not None

    def opening(self, day: date) -> time:
        """First working minute of ``day``; of a usual day if it is closed."""
        hours = self.hours[day.weekday()]
        return hours[0] if hours and self.is_working_day(day) else _OPENING_OF_A_CLOSED_DAY

    def closing(self, day: date) -> time:
        """Last working minute of ``day``; of a usual day if it is closed."""
        hours = self.hours[day.weekday()]
        return hours[1] if hours and self.is_working_day(day) else _CLOSING_OF_A_CLOSED_DAY

    def working_day_from(self, day: date) -> date:
        """Return ``day`` if the company works on it, else the next day on which it does."""
        for ahead in range(_LONGEST_CLOSURE):
            if self.is_working_day(day + timedelta(ahead)):
                return day + timedelta(ahead)
        return day

    def working_day_before(self, day: date) -> date:
        """Return ``day`` if the company works on it, else the last day before on which it did."""
        for back in range(_LONGEST_CLOSURE):
            if self.is_working_day(day - timedelta(back)):
                return day - timedelta(back)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``."""
        for _ in range(count):
            day = self.working_day_from(day + timedelta(1))
        return day

    def at(self, day: date, clock: time) -> datetime:
        """Return the moment of a wall clock time."""
        return datetime.combine(day, clock, self.zone)
