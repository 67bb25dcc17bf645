"""Time in the simulation: whole epoch seconds; the company's clock is Moscow's (UTC+3 all year)."""

import time
from datetime import UTC, datetime, timedelta

OFFSET = 3 * 3600
DAY = 86_400
HOUR = 3_600
MINUTE = 60

_OPENS = {0: (9, 20), 1: (9, 20), 2: (9, 20), 3: (9, 20), 4: (9, 20), 5: (10, 18)}


def midnight(moment: int) -> int:
    """Epoch of the local midnight at or before a moment."""
    return (moment + OFFSET) // DAY * DAY - OFFSET


def weekday(moment: int) -> int:
    """Local weekday, Monday 0."""
    return ((moment + OFFSET) // DAY + 3) % 7


def hour(moment: int) -> int:
    """Local hour of the day."""
    return (moment + OFFSET) % DAY // HOUR


def opening(moment: int) -> tuple[int, int] | None:
    """Opening and closing epoch of the local day, None when it is closed."""
    hours = _OPENS.get(weekday(moment))
    if hours is None:
        return None
    start = midnight(moment)
    return start + hours[0] * HOUR, start + hours[1] * HOUR


def is_open(moment: int) -> bool:
    """Whether the company works at that moment (opening inclusive, closing exclusive)."""
    hours = opening(moment)
    return hours is not None and hours[0] <= moment < hours[1]


def next_open(moment: int) -> int:
    """The moment itself in working hours, else the next opening."""
    while True:
        hours = opening(moment)
        if hours and moment < hours[1]:
            return max(moment, hours[0])
        moment = midnight(moment) + DAY


def business_seconds(start: int, end: int) -> int:
    """Working seconds between two moments."""
    total = 0
    day = midnight(start)
    while day < end:
        hours = opening(day)
        if hours:
            total += max(0, min(end, hours[1]) - max(start, hours[0]))
        day += DAY
    return total


def local_text(moment: int) -> str:
    """``YYYY-MM-DD HH:MM:SS`` on the company's clock."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment + OFFSET))


def local_form(moment: int, form: str) -> str:
    """Any strftime form on the company's clock."""
    return time.strftime(form, time.gmtime(moment + OFFSET))


def iso(moment: float | None) -> str:
    """ISO 8601 in UTC, empty for None."""
    if moment is None:
        return ""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def first_midnight(until: int, days: int) -> int:
    """Local midnight of the first of ``days`` days whose last is the day of ``until``."""
    return midnight(until) - (days - 1) * DAY


def epoch(moment: datetime) -> int:
    """Whole epoch seconds of an aware time; a naive one is the company's local time."""
    if moment.tzinfo is None:
        return int((moment.replace(tzinfo=UTC) - timedelta(seconds=OFFSET)).timestamp())
    return int(moment.timestamp())
