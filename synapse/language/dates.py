"""Russian dates and times in words → the moment by which a promise is due.

Everything is in the company's zone and working hours. A phrase is read as a day ("в пятницу", "через
неделю", "пятнадцатого марта"), a time of day ("в три", "после обеда", "в половине шестого"), or a delay
("через пятнадцать минут", "в течение часа"); a day and a time that stand together are one expression.

How a vague phrase becomes a moment:

- a day alone is due at closing; if the company is closed on it, at closing of the next working day;
- a bare hour is the one that lies in working hours: "в три" is 15:00; "утра", "дня", "вечера" decide first;
- parts of the day are late by: утром and до обеда 12:00, в обед 13:00, после обеда 15:00, днём 17:00,
  вечером 18:00, во второй половине дня at closing;
- a time without a day that has passed today means the next working day;
- the name of today's weekday means the next week's day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from synapse.language.date_days import Day, read_day
from synapse.language.date_delays import read_delay
from synapse.language.date_hours import Hour, read_hour
from synapse.language.working_time import WorkingTime

# Words that may stand between a day and its time: "завтра где-то в районе трёх", "в пятницу, часов в пять".
_FILLERS = frozenset(
    [
        "примерно",
        "где-то",
        "где",
        "то",
        "так",
        "ну",
        "вот",
        "скорее",
        "всего",
        "уже",
        "сразу",
        "как",
        "раз",
        ",",
        "именно",
        "давайте",
        "тогда",
    ]
)
_MOST_FILLERS = 3


@dataclass(frozen=True)
class Moment:
    """A date or time that was named in the tokens ``start`` … ``end - 1``.

    Attributes:
        due_at: By when, aware, in the company's zone.
        is_exact: A clock time or a delay was named, rather than a day or a part of one.
    """

    due_at: datetime
    start: int
    end: int
    is_exact: bool


def find_moments(tokens: Sequence[str], *, now: datetime, hours: WorkingTime) -> list[Moment]:
    """Return the dates and times named in ``tokens``, in order.

    Args:
        tokens: Folded tokens of one utterance.
        now: When it was said, aware.
        hours: Zone and working hours of the company.
    """
    local = now.astimezone(hours.zone)
    moments: list[Moment] = []
    position = 0
    while position < len(tokens):
        moment = _moment_at(tokens, position, local, hours)
        if moment is None:
            position += 1
            continue
        moments.append(moment)
        position = moment.end
    return moments


def _moment_at(tokens: Sequence[str], start: int, now: datetime, hours: WorkingTime) -> Moment | None:
    delay = read_delay(tokens, start, now, hours)
    if delay is not None:
        return Moment(delay.due_at, start, start + delay.length, is_exact=True)
    day = read_day(tokens, start, now.date(), hours)
    if day is not None:
        end = start + day.length
        after = _skip_fillers(tokens, end)
        hour = read_hour(tokens, after)
        if hour is None:
            return Moment(_on_day(day, now, hours), start, end, is_exact=False)
        due_at = _at_hour(hour, day.on, hours)
        return Moment(due_at, start, after + hour.length, is_exact=hour.is_clock)
    hour = read_hour(tokens, start)
    if hour is None:
        return None
    end = start + hour.length
    after = _skip_fillers(tokens, end)
    day = read_day(tokens, after, now.date(), hours) if after < len(tokens) else None
    if day is not None:
        return Moment(_at_hour(hour, day.on, hours), start, after + day.length, is_exact=hour.is_clock)
    return Moment(_next_hour(hour, now, hours), start, end, is_exact=hour.is_clock)


def _skip_fillers(tokens: Sequence[str], position: int) -> int:
    for _ in range(_MOST_FILLERS):
        if position < len(tokens) and tokens[position] in _FILLERS:
            position += 1
    return position


def _on_day(day: Day, now: datetime, hours: WorkingTime) -> datetime:
    on = day.on if day.keeps_closed_days else hours.working_day_from(day.on)
    due_at = hours.at(on, hours.closing(on))
    if due_at > now:
        return due_at
    following = hours.working_day_from(on + timedelta(1))  # "сегодня", said after closing
    return hours.at(following, hours.closing(following))


def _at_hour(hour: Hour, on: date, hours: WorkingTime) -> datetime:
    if not hour.is_clock:
        on = hours.working_day_from(on)
    return hours.at(on, hour.on_day(hours.opening(on), hours.closing(on)))


def _next_hour(hour: Hour, now: datetime, hours: WorkingTime) -> datetime:
    """Today if that time is still ahead, else on the next working day."""
    today = _at_hour(hour, now.date(), hours)
    if today > now:
        return today
    closing = hours.at(now.date(), hours.closing(now.date()))
    if hour.is_evening and now < closing and hours.is_working_day(now.date()):
        return closing  # "вечером", said in the evening
    return _at_hour(hour, hours.working_day_from(now.date() + timedelta(1)), hours)
