"""Days in words: "завтра", "в следующую пятницу", "через две недели", "пятнадцатого марта", "15.07"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from synapse.language.numbers import ordinal, small_number
from synapse.language.working_time import WorkingTime

_RELATIVE = {"сегодня": 0, "завтра": 1, "послезавтра": 2}
_WEEKDAYS = {
    "понедельник": 0, "понедельника": 0, "понедельнику": 0,
    "вторник": 1, "вторника": 1, "вторнику": 1,
    "среда": 2, "среду": 2, "среды": 2, "среде": 2,
    "четверг": 3, "четверга": 3, "четвергу": 3,
    "пятница": 4, "пятницу": 4, "пятницы": 4, "пятнице": 4,
    "суббота": 5, "субботу": 5, "субботы": 5, "субботе": 5,
    "воскресенье": 6, "воскресенья": 6, "воскресенью": 6,
}  # fmt: skip
_MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
_PREPOSITIONS = frozenset({"в", "во", "к", "ко", "до", "на", "с", "со"})
_THIS = frozenset({"эту", "этот", "это", "этой", "ближайшую", "ближайший", "ближайшее", "ближайшей"})
_NEXT = frozenset({"следующую", "следующий", "следующее", "следующей", "следующем"})
_DIGITS = re.compile(r"^(\d{1,2})[./](\d{1,2})(?:[./](\d{2,4}))?$")
_PARTS_OF_WEEK = {"начале": 1, "середине": 3, "конце": 6, "концу": 6, "конца": 6}
_DAY_WORDS = frozenset({"день", "дня", "дней", "денек", "денька", "дню", "дни"})
_WEEK_WORDS = frozenset({"неделю", "недели", "недель", "недельку", "недельки"})
_MONTH_WORDS = frozenset({"месяц", "месяца", "месяцев"})
_FRIDAY_WEEK = 7


@dataclass(frozen=True)
class Day:
    """A day and how many tokens it took.

    ``keeps_closed_days`` marks a span that ends by itself on a working day.
    """

    on: date
    length: int
    keeps_closed_days: bool = False


def read_day(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    """Read a day at ``start``; ``today`` is the company's date."""
    if start >= len(tokens):
        return None
    for read in (_relative, _weekday, _week, _weekend, _month_end, _in_days, _calendar_day):
        day = read(tokens, start, today, hours)
        if day is not None:
            return day
    return None


def _relative(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    position = start
    if tokens[start] in ("на", "до", "к") and start + 1 < len(tokens):
        position += 1
    if tokens[position : position + 2] == ["после", "завтра"]:
        return Day(today + timedelta(2), position + 2 - start)
    ahead = _RELATIVE.get(tokens[position])
    return None if ahead is None else Day(today + timedelta(ahead), position + 1 - start)


def _weekday(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    position = start
    if tokens[position] in _PREPOSITIONS:
        position += 1
    is_next = position < len(tokens) and tokens[position] in _NEXT
    if position < len(tokens) and tokens[position] in _THIS | _NEXT:
        position += 1
    if position >= len(tokens) or tokens[position] not in _WEEKDAYS:
        return None
    wanted = _WEEKDAYS[tokens[position]]
    position += 1
    if is_next:
        monday = today + timedelta(7 - today.weekday())
        return Day(monday + timedelta(wanted), position - start)
    if tokens[position : position + 2] == ["на", "следующей"] and tokens[position + 2 : position + 3] == [
        "неделе"
    ]:
        monday = today + timedelta(7 - today.weekday())
        return Day(monday + timedelta(wanted), position + 3 - start)
    return Day(today + timedelta((wanted - today.weekday()) % 7 or 7), position - start)


def _week(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    """ "на следующей неделе", "до конца недели", "в начале следующей недели"."""
    position, part = start, 6
    if tokens[position] not in ("на", "в", "до", "к"):
        return None
    position += 1
    if position < len(tokens) and tokens[position] in _PARTS_OF_WEEK:
        part = _PARTS_OF_WEEK[tokens[position]]
        position += 1
    elif tokens[start] in ("до", "к", "в"):
        return None
    weeks = 0
    if position < len(tokens) and tokens[position] in _THIS | _NEXT:
        weeks = 1 if tokens[position] in _NEXT else 0
        position += 1
    if position >= len(tokens) or tokens[position] not in ("неделе", "недели", "неделю"):
        return None
    monday = today - timedelta(today.weekday()) + timedelta(7 * weeks)
    on = hours.working_day_before(monday + timedelta(part))
    if on < today:
        on = hours.working_day_before(monday + timedelta(part + _FRIDAY_WEEK))
    return Day(on, position + 1 - start, keeps_closed_days=True)


def _weekend(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    pair = list(tokens[start : start + 2])
    saturday = today + timedelta((5 - today.weekday()) % 7)
    if pair in (["на", "выходных"], ["в", "выходные"], ["на", "выходные"]):
        sunday = saturday + timedelta(1) if today.weekday() != 6 else today
        return Day(sunday, 2)
    if pair == ["после", "выходных"]:
        return Day(hours.working_day_from(saturday + timedelta(2)), 2)
    return None


def _month_end(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    triple = list(tokens[start : start + 3])
    if triple in (["до", "конца", "месяца"], ["в", "конце", "месяца"], ["к", "концу", "месяца"]):
        last = _add_months(today.replace(day=1), 1) - timedelta(1)
        return Day(hours.working_day_before(last), 3, keeps_closed_days=True)
    return None


def _in_days(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    """ "через три дня", "через неделю", "дня через два", "в течение двух рабочих дней"."""
    if tokens[start] in _DAY_WORDS | _WEEK_WORDS and tokens[start + 1 : start + 2] == ["через"]:
        number = small_number(tokens, start + 2)
        if number is None:
            return None
        days = int(number.value) * (7 if tokens[start] in _WEEK_WORDS else 1)
        return Day(today + timedelta(days), 2 + number.length)
    position = _after_through(tokens, start)
    if position is None:
        return None
    number = small_number(tokens, position)
    count = int(number.value) if number else 1
    position += number.length if number else 0
    is_working = position < len(tokens) and tokens[position] in ("рабочий", "рабочих", "рабочего", "рабочие")
    position += 1 if is_working else 0
    unit = tokens[position] if position < len(tokens) else ""
    length = position + 1 - start
    if unit in _DAY_WORDS:
        return Day(_days_later(today, count, hours, is_working=is_working), length)
    if unit in _WEEK_WORDS:
        return Day(today + timedelta(7 * count), length)
    if unit in _MONTH_WORDS:
        return Day(_add_months(today, count), length)
    return Day(_add_months(today, 6), length) if unit == "полгода" else None


def _days_later(today: date, count: int, hours: WorkingTime, *, is_working: bool) -> date:
    return hours.add_working_days(today, count) if is_working else today + timedelta(count)


def _after_through(tokens: Sequence[str], start: int) -> int | None:
    """Position after "через", "в течение", "в ближайшие"; a single day "в течение дня" is a part of today."""
    if tokens[start] == "через":
        return start + 1
    pair = list(tokens[start : start + 2])
    if pair in (["в", "течение"], ["в", "течении"]):
        rest = tokens[start + 2 : start + 4]
        is_today = rest[:1] == ["дня"] or list(rest) == ["рабочего", "дня"]
        return None if is_today else start + 2
    if pair == ["в", "ближайшие"] and small_number(tokens, start + 2) is not None:
        return start + 2
    return None


def _calendar_day(tokens: Sequence[str], start: int, today: date, hours: WorkingTime) -> Day | None:
    position = start + 1 if tokens[start] in _PREPOSITIONS else start
    if position >= len(tokens):
        return None
    digits = _DIGITS.match(tokens[position])
    if digits:
        year = int(digits[3]) if digits[3] else None
        on = _coming(today, int(digits[1]), int(digits[2]), year)
        return Day(on, position + 1 - start) if on else None
    number = ordinal(tokens, position)
    if number is None and tokens[position].isdecimal():
        number = small_number(tokens, position)
    if number is None or not 1 <= number.value <= 31:
        return None
    after = position + number.length
    following = tokens[after] if after < len(tokens) else ""
    if following in _MONTHS:
        on = _coming(today, int(number.value), _MONTHS.index(following) + 1, None)
        return Day(on, after + 1 - start) if on else None
    if following in ("числа", "число", "числу"):
        on = _coming(today, int(number.value), None, None)
        return Day(on, after + 1 - start) if on else None
    if "-" in tokens[position]:
        on = _coming(today, int(number.value), None, None)
        return Day(on, after - start) if on else None
    return None


def _coming(today: date, day: int, month: int | None, year: int | None) -> date | None:
    """The next date with this day and month; None where there is none."""
    if year is not None:
        return _date_or_none(year + 2000 if year < 100 else year, month or 1, day)
    if month is not None:
        candidates = [_date_or_none(today.year + ahead, month, day) for ahead in (0, 1)]
    else:
        first = today.replace(day=1)
        months = [_add_months(first, ahead) for ahead in (0, 1, 2)]
        candidates = [_date_or_none(one.year, one.month, day) for one in months]
    return next((one for one in candidates if one is not None and one >= today), None)


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _add_months(day: date, count: int) -> date:
    """The same day ``count`` months later, or the last of that month."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for back in range(4):
        candidate = _date_or_none(year, month, day.day - back)
        if candidate is not None:
            return candidate
    return day
