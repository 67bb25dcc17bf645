"""Delays of hours and minutes: "через пятнадцать минут", "минут через десять", "в течение часа", "сейчас"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from synapse.language.numbers import small_number
from synapse.language.working_time import WorkingTime

_UNITS = {
    "минуту": 1, "минуты": 1, "минут": 1, "минутку": 1, "минутки": 1, "минуток": 1, "мин": 1,
    "час": 60, "часа": 60, "часов": 60, "часик": 60, "часика": 60, "часок": 60, "часочек": 60, "ч": 60,
}  # fmt: skip
_FRACTIONS = {
    "полчаса": 30, "полчасика": 30, "полчасик": 30, "получаса": 30,
    "час-полтора": 90, "час-два": 120, "полтора-два": 120, "часик-другой": 120, "часок-другой": 120,
}  # fmt: skip
_AT_ONCE = {
    ("прямо", "сейчас"): 30,
    ("сейчас", "же"): 30,
    ("сейчас",): 30,
    ("сразу", "же"): 30,
    ("тотчас",): 30,
    ("немедленно",): 30,
    ("с", "минуты", "на", "минуту"): 15,
}
_SOON = frozenset({"время", "дни"})


@dataclass(frozen=True)
class Delay:
    """When a delay ends and how many tokens it took."""

    due_at: datetime
    length: int


def read_delay(tokens: Sequence[str], start: int, now: datetime, hours: WorkingTime) -> Delay | None:
    """Read a delay at ``start``, counted on the clock from ``now``.

    "сейчас" is given half an hour; "в ближайшее время" ends with the working day, "на днях" and "в ближайшие
    дни" after three of them.
    """
    soon = _soon(tokens, start, now, hours)
    if soon is not None:
        return soon
    for words, minutes in _AT_ONCE.items():
        if tuple(tokens[start : start + len(words)]) == words:
            return Delay(now + timedelta(minutes=minutes), len(words))
    counted = _counted(tokens, start)
    return Delay(now + timedelta(minutes=counted[0]), counted[1]) if counted else None


def _soon(tokens: Sequence[str], start: int, now: datetime, hours: WorkingTime) -> Delay | None:
    pair = tuple(tokens[start : start + 2])
    if pair == ("на", "днях") or tuple(tokens[start : start + 3]) == ("в", "ближайшие", "дни"):
        on = hours.add_working_days(now.date(), 3)
        return Delay(hours.at(on, hours.closing(on)), 2 if pair[0] == "на" else 3)
    if tuple(tokens[start : start + 3]) == ("в", "ближайшее", "время"):
        on = hours.working_day_from(now.date())
        due_at = hours.at(on, hours.closing(on))
        if due_at <= now:
            on = hours.working_day_from(on + timedelta(1))
            due_at = hours.at(on, hours.closing(on))
        return Delay(due_at, 3)
    return None


def _counted(tokens: Sequence[str], start: int) -> tuple[float, int] | None:
    """Return minutes and tokens of "через …", "в течение …", "минут через …"."""
    if tokens[start] in _UNITS and tokens[start + 1 : start + 2] == ["через"]:
        number = _last_of_range(tokens, start + 2)
        return (number[0] * _UNITS[tokens[start]], 2 + number[1]) if number else None
    position = _after_through(tokens, start)
    if position is None or position >= len(tokens):
        return None
    if tokens[position] in _FRACTIONS:
        return _FRACTIONS[tokens[position]], position + 1 - start
    number = _last_of_range(tokens, position)
    count, position = (number[0], position + number[1]) if number else (1.0, position)
    if position >= len(tokens):
        return None
    if tokens[position] in _FRACTIONS and number is None:
        return _FRACTIONS[tokens[position]], position + 1 - start
    unit = _UNITS.get(tokens[position])
    if unit is None:
        return None
    minutes, position = count * unit, position + 1
    rest = _rest_in_minutes(tokens, position) if unit == 60 else None
    return (minutes + rest[0], position + rest[1] - start) if rest else (minutes, position - start)


def _last_of_range(tokens: Sequence[str], position: int) -> tuple[float, int] | None:
    """Read a number; of "десять пятнадцать" the later one."""
    first = small_number(tokens, position)
    if first is None:
        return None
    second = small_number(tokens, position + first.length)
    if second is not None and second.value > first.value:
        return second.value, first.length + second.length
    return first.value, first.length


def _rest_in_minutes(tokens: Sequence[str], position: int) -> tuple[float, int] | None:
    number = small_number(tokens, position)
    if number is None:
        return None
    after = position + number.length
    if after < len(tokens) and _UNITS.get(tokens[after]) == 1:
        return number.value, number.length + 1
    return None


def _after_through(tokens: Sequence[str], start: int) -> int | None:
    token = tokens[start]
    if token == "через":  # noqa: S105 - a Russian preposition
        following = tokens[start + 1 : start + 2]
        return start + 2 if following and following[0] in ("какие-то", "буквально", "примерно") else start + 1
    pair = tuple(tokens[start : start + 2])
    if pair in (
        ("в", "течение"),
        ("в", "течении"),
        ("в", "ближайший"),
        ("в", "ближайшие"),
        ("в", "пределах"),
    ):
        return start + 2
    return None
