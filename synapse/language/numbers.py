"""Russian numbers in words and digits, in any case, cardinal and ordinal."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from synapse.language.lemmas import forms_of

_ONES = ["ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"]
_TEENS = [
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
]
_TENS = ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
_HUNDREDS = [
    "сто",
    "двести",
    "триста",
    "четыреста",
    "пятьсот",
    "шестьсот",
    "семьсот",
    "восемьсот",
    "девятьсот",
]
_ORDINALS = [
    "первый",
    "второй",
    "третий",
    "четвертый",
    "пятый",
    "шестой",
    "седьмой",
    "восьмой",
    "девятый",
    "десятый",
    "одиннадцатый",
    "двенадцатый",
    "тринадцатый",
    "четырнадцатый",
    "пятнадцатый",
    "шестнадцатый",
    "семнадцатый",
    "восемнадцатый",
    "девятнадцатый",
    "двадцатый",
]
_MULTIPLIERS = {"тысяча": 1_000, "миллион": 1_000_000}
_COLLOQUIAL = {
    "тыс": 1_000,
    "тыщ": 1_000,
    "тыща": 1_000,
    "тыщи": 1_000,
    "тыщу": 1_000,
    "тыр": 1_000,
    "косарь": 1_000,
    "косаря": 1_000,
    "косарей": 1_000,
    "млн": 1_000_000,
}
_HALVES = {"полтора": 1.5, "полторы": 1.5, "полутора": 1.5}
_VAGUE = {"пара": 2, "пару": 2, "парочку": 2, "пары": 2}


@dataclass(frozen=True)
class Number:
    """A number and how many tokens it took."""

    value: float
    length: int


@lru_cache(maxsize=1)
def _cardinals() -> dict[str, int]:
    values = {word: value for value, word in enumerate(_ONES)}
    values |= {word: value for value, word in enumerate(_TEENS, start=11)}
    values |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
    values |= {word: 100 * value for value, word in enumerate(_HUNDREDS, start=1)}
    forms = {form: value for word, value in values.items() for form in forms_of(word, frozenset())}
    return values | forms


@lru_cache(maxsize=1)
def _ordinals() -> dict[str, int]:
    values = {word: value for value, word in enumerate(_ORDINALS, start=1)} | {"тридцатый": 30}
    return {form: value for word, value in values.items() for form in forms_of(word, frozenset())}


@lru_cache(maxsize=1)
def multipliers() -> dict[str, int]:
    """Every form of "тысяча" and "миллион", with how people shorten them → value."""
    forms = {form: value for word, value in _MULTIPLIERS.items() for form in forms_of(word, frozenset())}
    return forms | _COLLOQUIAL


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """Every word with which a number may begin."""
    return frozenset({*_cardinals(), *multipliers(), *_HALVES, *_VAGUE})


def _digits(token: str) -> float | None:
    if token.isdecimal():
        return float(token)
    head, separator, tail = token.replace(",", ".").partition(".")
    if separator and head.isdecimal() and tail.isdecimal():
        grouped = len(tail) == 3 and len(head) <= 3  # 25.000 is a group of thousands, 2.5 a fraction
        return float(head + tail) if grouped else float(f"{head}.{tail}")
    low, separator, high = token.partition("-")
    if separator and low.isdecimal() and high.isdecimal():
        return float(high)  # "10-15 минут": the later end
    return None


def _in_digits(tokens: Sequence[str], start: int) -> Number | None:
    value = _digits(tokens[start])
    if value is None:
        return None
    position = start + 1
    while position < len(tokens) and len(tokens[position]) == 3 and tokens[position].isdecimal():
        if not tokens[position - 1].isdecimal() or len(tokens[position - 1]) > 3:
            break
        value = value * 1_000 + int(tokens[position])
        position += 1
    return Number(value, position - start)


def small_number(tokens: Sequence[str], start: int) -> Number | None:
    """Read a number below 1,000 in words, or any number in digits, at ``start``.

    Each next word must be of a lower rank, so "двенадцать сорок" is two numbers and "сто двадцать" one.
    "полтора", "пару" and "восемь с половиной" are numbers too.
    """
    if start >= len(tokens):
        return None
    token = tokens[start]
    if token[0].isdigit():
        return _in_digits(tokens, start)
    if token in _HALVES:
        return Number(_HALVES[token], 1)
    if token in _VAGUE:
        return Number(_VAGUE[token], 1)
    later = _cardinals().get(token.rpartition("-")[2]) if "-" in token else None
    if later is not None:
        return Number(later, 1)  # "десять-пятнадцать": the later end, as in digits
    value, position, ceiling = 0, start, 1_000
    while position < len(tokens):
        part = _cardinals().get(tokens[position])
        if part is None or part >= ceiling or (part == 0 and position > start):
            break
        value += part
        ceiling = _ceiling_after(part)
        position += 1
    if position == start:
        return None
    if tokens[position : position + 2] == ["с", "половиной"]:
        return Number(value + 0.5, position + 2 - start)
    return Number(value, position - start)


def _ceiling_after(part: int) -> int:
    if part >= 100:
        return 100
    return 10 if part >= 20 else 0


def ordinal(tokens: Sequence[str], start: int) -> Number | None:
    """Read an ordinal from 1 to 39 at ``start``: "третьего", "двадцать пятое", "15-го"."""
    if start >= len(tokens):
        return None
    token = tokens[start]
    day, dash, ending = token.partition("-")
    if dash and day.isdecimal() and ending in ("го", "е", "му", "ое", "ого"):
        return Number(int(day), 1)
    if token in _ordinals():
        return Number(_ordinals()[token], 1)
    tens = _cardinals().get(token)
    if tens in (20, 30) and start + 1 < len(tokens):
        ones = _ordinals().get(tokens[start + 1])
        if ones is not None and ones < 10:
            return Number(tens + ones, 2)
    return None
