"""Times of day in words: "в три", "в 15:30", "в половине шестого", "после обеда", "до конца дня"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from synapse.language.lemmas import has_grammemes
from synapse.language.numbers import ordinal, small_number

_AT = frozenset({"в", "во", "к", "ко", "до", "около", "с", "со", "на"})
_AFTER = "после"
_CLOCK = re.compile(r"^([01]?\d|2[0-4])[:.-]([0-5]\d)$")
_HALVES_OF_DAY = {"утра": "am", "ночи": "am", "дня": "pm", "вечера": "pm"}
_PARTS: dict[tuple[str, ...], time | None] = {
    ("утром",): time(12),
    ("с", "утра"): time(12),
    ("до", "обеда"): time(12),
    ("перед", "обедом"): time(12),
    ("в", "первой", "половине", "дня"): time(12),
    ("в", "первой", "половине"): time(12),
    ("до", "полудня"): time(12),
    ("в", "полдень"): time(12),
    ("к", "обеду"): time(13),
    ("ближе", "к", "обеду"): time(13),
    ("в", "обед"): time(13),
    ("в", "обеденное", "время"): time(13),
    ("после", "обеда"): time(15),
    ("после", "полудня"): time(15),
    ("днем",): time(17),
    ("в", "течение", "дня"): None,
    ("вечером",): time(18),
    ("к", "вечеру"): time(18),
    ("ближе", "к", "вечеру"): time(18),
    ("под", "вечер"): time(18),
    ("во", "второй", "половине", "дня"): None,
    ("во", "второй", "половине"): None,
    ("до", "конца", "дня"): None,
    ("до", "конца", "рабочего", "дня"): None,
    ("к", "концу", "дня"): None,
    ("в", "конце", "дня"): None,
    ("до", "вечера"): time(18),
    ("после", "работы"): None,
}
_EVENING = time(18)
_OBLIQUE = ("gent", "loct", "datv", "ablt")
_LONGEST_PART = max(map(len, _PARTS))


@dataclass(frozen=True)
class Hour:
    """A time of day.

    Attributes:
        clock: The time as said, ambiguous by 12 hours unless ``is_sure``; None means closing.
        length: How many tokens it took.
        is_clock: A clock time, not a part of the day.
        is_sure: Nothing is left to guess.
    """

    clock: time | None
    length: int
    is_clock: bool
    is_sure: bool = True

    @property
    def is_evening(self) -> bool:
        """The evening or the end of the day is meant."""
        return not self.is_clock and (self.clock is None or self.clock >= _EVENING)

    def on_day(self, opens: time, closes: time) -> time:
        """Return the wall clock time on a day with these working hours."""
        if self.clock is None:
            return closes
        if not self.is_clock:
            return min(self.clock, closes) if self.clock > opens else self.clock
        if self.is_sure or self.clock.hour >= 12:
            return self.clock
        later = self.clock.replace(hour=self.clock.hour + 12)
        if opens <= self.clock <= closes:
            return self.clock
        return later if later <= closes or self.clock < opens else self.clock


def read_hour(tokens: Sequence[str], start: int) -> Hour | None:
    """Read a time of day at ``start``."""
    if start >= len(tokens):
        return None
    part = _part(tokens, start)
    if part is not None:
        return part
    token = tokens[start]
    if _CLOCK.match(token) and ":" in token:
        return _with_half(tokens, start, _clock(token), 1, is_sure=True)
    if token == _AFTER:
        return _after(tokens, start)
    if token == "без":  # noqa: S105 - a Russian preposition
        return _to_the_hour(tokens, start, start)
    if token in ("часов", "часа", "час", "часам", "часикам", "часиков"):
        return _hour_first(tokens, start)
    if token in ("между", "с", "со"):
        span = _span(tokens, start)
        if span is not None:
            return span
    if token in _AT:
        return _after_preposition(tokens, start)
    return None


def _part(tokens: Sequence[str], start: int) -> Hour | None:
    for length in range(_LONGEST_PART, 0, -1):
        key = tuple(tokens[start : start + length])
        if len(key) == length and key in _PARTS:
            return Hour(_PARTS[key], length, is_clock=False)
    return None


def _clock(token: str) -> time:
    match = _CLOCK.match(token)
    assert match is not None
    return time(int(match[1]) % 24, int(match[2]))


def _after(tokens: Sequence[str], start: int) -> Hour | None:
    """ "после трёх" names only a beginning: due at closing."""
    number = small_number(tokens, start + 1)
    if number is None or not 1 <= number.value <= 24:
        return None
    following = start + 1 + number.length
    if following < len(tokens) and tokens[following] in ("часов", "часа", "часу"):
        following += 1
    elif _is_counted_noun(tokens, following):
        return None
    if following < len(tokens) and tokens[following] in _HALVES_OF_DAY:
        following += 1
    return Hour(None, following - start, is_clock=False)


def _span(tokens: Sequence[str], start: int) -> Hour | None:
    """ "с двух до трёх", "между двумя и тремя": due at the end."""
    first = small_number(tokens, start + 1)
    if first is None:
        return None
    middle = start + 1 + first.length
    if middle < len(tokens) and tokens[middle] in ("часов", "часа"):
        middle += 1
    if middle >= len(tokens) or tokens[middle] not in ("до", "и"):
        return None
    end = _after_preposition(tokens, middle)
    return Hour(end.clock, middle - start + end.length, True, end.is_sure) if end else None


def _hour_first(tokens: Sequence[str], start: int) -> Hour | None:
    """ "часов в пять", "часа в три", "часам к шести"."""
    if start + 1 >= len(tokens) or tokens[start + 1] not in ("в", "к"):
        return None
    hour = _after_preposition(tokens, start + 1)
    return Hour(hour.clock, hour.length + 1, True, hour.is_sure) if hour else None


def _after_preposition(tokens: Sequence[str], start: int) -> Hour | None:
    position = start + 1
    if position < len(tokens) and tokens[position] == "районе":
        position += 1
    if position >= len(tokens):
        return None
    token = tokens[position]
    if _CLOCK.match(token):
        return _with_half(tokens, start, _clock(token), position + 1 - start, is_sure=True)
    if token == "без":  # noqa: S105 - a Russian preposition
        return _to_the_hour(tokens, start, position)
    if token in ("половине", "половину", "пол") or token.startswith("пол"):
        half = _half_past(tokens, start, position)
        if half is not None:
            return half
    if token in ("час", "часу") and tokens[start] in ("в", "к", "до", "около"):
        return _with_half(tokens, start, time(1), position + 1 - start, is_sure=False)
    return _hours_and_minutes(tokens, start, position)


def _hours_and_minutes(tokens: Sequence[str], start: int, position: int) -> Hour | None:
    number = small_number(tokens, position)
    if number is None or number.value != int(number.value) or not 0 <= number.value <= 24:
        return None
    hour, position = int(number.value) % 24, position + number.length
    minute = 0
    if position < len(tokens) and tokens[position] in ("час", "часа", "часов", "часам", "часу", "ч"):
        position += 1
    elif position < len(tokens) and tokens[position] not in _HALVES_OF_DAY:
        minutes = small_number(tokens, position)
        if minutes is not None and minutes.value in range(5, 60) and minutes.value == int(minutes.value):
            minute, position = int(minutes.value), position + minutes.length
            if position < len(tokens) and tokens[position].startswith("минут"):
                position += 1
        elif _is_counted_noun(tokens, position):
            return None  # "в три слоя", "на пять окон"
    is_written_out = hour > 12 or tokens[position - 1].startswith("0")
    if tokens[start] in ("на", "с", "со") and minute == 0 and not _ends_as_hour(tokens, position):
        return None  # "на три" alone is rather a count
    return _with_half(tokens, start, time(hour, minute), position - start, is_sure=is_written_out)


def _ends_as_hour(tokens: Sequence[str], position: int) -> bool:
    before = tokens[position - 1]
    return before.startswith("час") or (position < len(tokens) and tokens[position] in _HALVES_OF_DAY)


def _half_past(tokens: Sequence[str], start: int, position: int) -> Hour | None:
    """ "в половине третьего", "в пол третьего", "в полтретьего" → 2:30."""
    token = tokens[position]
    if token in ("половине", "половину", "пол"):
        next_hour = ordinal(tokens, position + 1)
        length = position + 1 - start + (next_hour.length if next_hour else 0)
    else:
        next_hour = ordinal([token.removeprefix("пол").removeprefix("-")], 0) if len(token) > 4 else None
        length = position + 1 - start
    if next_hour is None or not 1 <= next_hour.value <= 12:
        return None
    return _with_half(tokens, start, time(int(next_hour.value) - 1, 30), length, is_sure=False)


def _to_the_hour(tokens: Sequence[str], start: int, position: int) -> Hour | None:
    """ "без пятнадцати три", "без четверти пять" → 2:45, 4:45."""
    if position + 1 < len(tokens) and tokens[position + 1] == "четверти":
        minutes, after = 15, position + 2
    else:
        number = small_number(tokens, position + 1)
        if number is None or number.value not in (5, 10, 15, 20, 25):
            return None
        minutes, after = int(number.value), position + 1 + number.length
        if after < len(tokens) and tokens[after].startswith("минут"):
            after += 1
    hour = small_number(tokens, after)
    value, length = (1, 1) if hour is None and tokens[after : after + 1] == ["час"] else (0, 0)
    if hour is not None and 1 <= hour.value <= 12:
        value, length = int(hour.value), hour.length
    if value == 0:
        return None
    clock = time((value - 1) % 12, 60 - minutes)
    return _with_half(tokens, start, clock, after + length - start, is_sure=False)


def _with_half(tokens: Sequence[str], start: int, clock: time, length: int, *, is_sure: bool) -> Hour:
    """Take in "утра", "дня", "вечера" where one follows."""
    following = start + length
    if following < len(tokens) and tokens[following] in ("часов", "часа"):
        following += 1
    half = _HALVES_OF_DAY.get(tokens[following]) if following < len(tokens) else None
    if half is None:
        return Hour(clock, length, True, is_sure)
    hour = clock.hour % 12 + (12 if half == "pm" else 0) if clock.hour <= 12 else clock.hour
    return Hour(clock.replace(hour=hour), following + 1 - start, True, True)


def _is_counted_noun(tokens: Sequence[str], position: int) -> bool:
    """The number before counts a thing: a noun in an oblique case follows ("три слоя", "двух словах")."""
    if position >= len(tokens):
        return False
    return any(has_grammemes(tokens[position], "NOUN", case) for case in _OBLIQUE)
