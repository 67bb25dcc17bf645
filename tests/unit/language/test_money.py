"""Amounts of money in words and digits."""

import pytest

from synapse.language.money import find_amounts
from synapse.language.words import tokens_of


def amounts(text: str) -> list[int]:
    return [amount.value for amount in find_amounts(tokens_of(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("двадцать пять тысяч рублей", 25_000),
        ("получится сто двадцать тысяч", 120_000),
        ("восемь тысяч пятьсот рублей", 8_500),
        ("тридцать две тысячи", 32_000),
        ("стоит тысячу двести рублей", 1_200),
        ("полторы тысячи рублей", 1_500),
        ("восемь с половиной тысяч", 8_500),
        ("миллион двести тысяч рублей", 1_200_000),
        ("пятьсот рублей за выезд", 500),
        ("около двадцати двух тысяч рублей", 22_000),
        ("пару тысяч", 2_000),
        ("25 000 рублей", 25_000),
        ("25000₽", 25_000),
        ("25 тыс. руб.", 25_000),
        ("25к", 25_000),
        ("1 250 000 руб", 1_250_000),
        ("500 р", 500),
        ("двадцать тыщ", 20_000),
    ],
)
def test_an_amount_is_read_in_roubles(text: str, expected: int) -> None:
    assert amounts(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "номер заказа двенадцать сорок",
        "метр двадцать на полтора метра",
        "две тысячи метров кабеля",
        "в две тысячи двадцать шестом году",
        "десять процентов",
        "дом двадцать пять",
    ],
)
def test_other_numbers_are_no_money(text: str) -> None:
    assert amounts(text) == []


def test_every_amount_is_found_with_its_place() -> None:
    tokens = tokens_of("было сто тысяч рублей, стало восемьдесят")
    (found,) = find_amounts(tokens)
    assert tokens[found.start : found.end] == ["сто", "тысяч", "рублей"]


def test_of_two_amounts_both_are_found() -> None:
    assert amounts("окно пятнадцать тысяч рублей и монтаж 5 000 рублей") == [15_000, 5_000]
