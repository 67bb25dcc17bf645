"""Amounts of money that were named: "двадцать пять тысяч рублей" → 25000."""

from collections.abc import Sequence
from dataclasses import dataclass

from synapse.language.lemmas import has_grammemes, lemmas_of
from synapse.language.numbers import Number, multipliers, number_words, small_number

_CURRENCY = frozenset({"рубль", "руб", "р", "₽", "рублик"})
_UNITS_IN_ROUBLES = {"к": 1_000, "т": 1_000}


@dataclass(frozen=True)
class Amount:
    """Roubles named in the tokens ``start`` … ``end - 1``."""

    value: int
    start: int
    end: int


def find_amounts(tokens: Sequence[str]) -> list[Amount]:
    """Return the amounts in order.

    A number is money when a currency follows it, or when it counts thousands or millions of nothing else:
    "сто двадцать тысяч" is, "две тысячи метров" and "две тысячи двадцать шестой год" are not.
    """
    amounts: list[Amount] = []
    starts, position = number_words(), 0
    while position < len(tokens):
        token = tokens[position]
        may_start = token in starts or "0" <= token[0] <= "9" or "-" in token
        amount = _amount_at(tokens, position) if may_start else None
        if amount is None:
            position += 1
            continue
        amounts.append(amount)
        position = amount.end
    return amounts


def _amount_at(tokens: Sequence[str], start: int) -> Amount | None:
    shortened = _shortened(tokens[start])
    if shortened is not None:
        return Amount(shortened, start, start + 1)
    counted = _counted(tokens, start)
    if counted is None:
        return None
    end = start + counted.length
    has_multiplier = any(token in multipliers() or token in _UNITS_IN_ROUBLES for token in tokens[start:end])
    if end < len(tokens) and lemmas_of(tokens[end]) & _CURRENCY:
        return Amount(round(counted.value), start, end + 1)
    if has_multiplier and not _counts_something_else(tokens, end):
        return Amount(round(counted.value), start, end)
    return None


def _counted(tokens: Sequence[str], start: int) -> Number | None:
    """Read ``[n] million [n] thousand [n]``; a multiplier alone counts once."""
    total, position = 0.0, start
    ceiling = float("inf")
    while position < len(tokens):
        number = small_number(tokens, position)
        after = position + (number.length if number else 0)
        multiplier = _multiplier(tokens, after) if number else multipliers().get(tokens[after])
        if multiplier is not None and multiplier < ceiling:
            total += (number.value if number else 1) * multiplier
            ceiling = multiplier
            position = after + 1
            continue
        if number is not None and number.value < ceiling:
            total += number.value
            position = after
        break
    return Number(total, position - start) if position > start else None


def _multiplier(tokens: Sequence[str], position: int) -> int | None:
    if position >= len(tokens):
        return None
    return multipliers().get(tokens[position]) or _UNITS_IN_ROUBLES.get(tokens[position])


def _counts_something_else(tokens: Sequence[str], end: int) -> bool:
    if end >= len(tokens):
        return False
    following = tokens[end]
    return has_grammemes(following, "NOUN", "gent") or has_grammemes(following, "Anum")


def _shortened(token: str) -> int | None:
    """Read "25к", "25тыс", "500р", "500руб" written in one."""
    digits = token.rstrip("абвгдежзийклмнопрстуфхцчшщъыьэюя-")
    unit = token[len(digits) :].lstrip("-")
    if not digits.isdecimal() or not unit:
        return None
    if unit in ("к", "т", "тыс"):
        return int(digits) * 1_000
    return int(digits) if unit in ("р", "руб") else None
