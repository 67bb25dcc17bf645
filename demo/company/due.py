"""Days and hours in words: chosen so that they lie ahead and the company is open."""

import random

from demo.company import clock
from demo.phrases import DAYS, DELAYS, TIMES

_NAMES = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_END_OF_DAY = 20


def day_start(spoken: str, now: int) -> int:
    """Local midnight of a spoken day; a weekday is the next one of that name, never today."""
    meant = DAYS[spoken]
    if isinstance(meant, int):
        return clock.midnight(now) + meant * clock.DAY
    ahead = (_NAMES[meant] - clock.weekday(now)) % 7 or 7
    return clock.midnight(now) + ahead * clock.DAY


def moment(day: str, hour: str | None, now: int) -> int:
    """Epoch of a spoken day and time; without a time the end of the day."""
    start = day_start(day, now)
    if hour is None:
        hours = clock.opening(start)
        return hours[1] if hours else start + _END_OF_DAY * clock.HOUR
    return start + TIMES[hour].hour * clock.HOUR


def choose(template: str, now: int, rng: random.Random) -> tuple[dict[str, str], int | None]:
    """Fill a template's ``{day}``, ``{time}`` and ``{minutes}`` sensibly.

    Returns:
        Slot → words, and the due time that follows from them (None where none is named).
    """
    if "{minutes}" in template:
        delay = rng.choice(tuple(DELAYS))
        return {"minutes": delay}, now + int(DELAYS[delay].total_seconds())
    if "{day}" not in template:
        return {}, moment("сегодня", None, now) if "сегодня" in template else None
    needs_time = "{time}" in template
    fallback: tuple[dict[str, str], int] | None = None
    for _ in range(60):
        day = rng.choice(tuple(DAYS))
        hour = rng.choice(tuple(TIMES)) if needs_time else None
        due_at = moment(day, hour, now)
        if due_at < now + 2 * clock.HOUR or not clock.is_open(due_at - 1):
            continue
        words = {"day": day} | ({"time": hour} if hour else {})
        if due_at - now < 3 * clock.DAY or rng.random() < 0.3:
            return words, due_at
        fallback = words, due_at
    assert fallback is not None
    return fallback
