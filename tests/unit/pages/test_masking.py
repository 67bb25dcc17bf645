"""What masking lets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synapse.security.masking import Masking, mask_email, mask_name, mask_phone, redact
from synapse.security.roles import Permission, Role


def test_a_masked_phone_keeps_the_first_and_the_last_two_digits() -> None:
    assert mask_phone("+79161234567") == "+7 ••• •••-••-67"


@given(st.from_regex(r"\+7\d{10}", fullmatch=True))
def test_a_masked_phone_shows_three_digits_at_most(phone: str) -> None:
    assert sum(character.isdigit() for character in mask_phone(phone)) == 3


def test_mails_and_names_keep_a_letter() -> None:
    assert mask_email("anna@example.ru") == "a•••@example.ru"
    assert mask_email("broken") == "•••"
    assert mask_name("Иванова Анна Петровна") == "И. А. П."
    assert mask_name("+79161234567") == "•••67"


@pytest.mark.parametrize(
    "number",
    [
        "+79161234567",
        "8 (916) 123-45-67",
        "8-916-123-45-67",
        "4276 1234 5678 9010",
        "in-500-79161234567-20261124",
    ],
)
def test_long_numbers_in_texts_are_hidden_however_they_are_written(number: str) -> None:
    shown = redact(f"мой номер {number}, звоните")
    assert "123" not in shown
    assert shown.startswith("мой номер")


@pytest.mark.parametrize(
    "text", ["окно 1200 на 1400", "цена 40 000 рублей", "24.11.2026 в 12:30", "дом 5, кв. 17"]
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert redact(text) == text


def test_mails_in_texts_are_hidden() -> None:
    assert redact("пишите на anna.b@mail.example.ru") == "пишите на a•••@mail.example.ru"


def test_roles_see_what_the_table_of_roles_says() -> None:
    observer, reviewer, expert = (Masking.of(role) for role in (Role.OBSERVER, Role.REVIEWER, Role.EXPERT))
    assert observer == Masking(shows_identifiers=False, shows_texts=False)
    assert reviewer == Masking(shows_identifiers=False, shows_texts=True)
    assert expert == Masking.of(Role.ADMIN) == Masking(shows_identifiers=True, shows_texts=True)
    assert expert.phone("+79161234567") == "+7 916 123-45-67"
    assert expert.phone("+4930123456") == "+4930123456"
    assert observer.phone(None) is None
    assert reviewer.note("Клиент +79161234567 ждёт") == "Клиент •••67 ждёт"


@pytest.mark.parametrize(
    ("permission", "least"),
    [
        (Permission.SEE_REPORTS, Role.OBSERVER),
        (Permission.HEAR_AUDIO, Role.REVIEWER),
        (Permission.REVIEW, Role.REVIEWER),
        (Permission.SEE_IDENTIFIERS, Role.EXPERT),
        (Permission.EDIT_LABELS, Role.EXPERT),
        (Permission.ADMINISTER, Role.ADMIN),
    ],
)
def test_each_role_may_all_that_the_ones_before_may(permission: Permission, least: Role) -> None:
    roles = list(Role)
    assert [role.may(permission) for role in roles] == [
        roles.index(role) >= roles.index(least) for role in roles
    ]
