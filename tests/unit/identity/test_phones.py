import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from synapse.identity.phones import find_phones, parse_phone


@pytest.mark.parametrize(
    "written",
    [
        "+79161234567",
        "79161234567",
        "89161234567",
        "9161234567",
        "8 (916) 123-45-67",
        "+7 916 123 45 67",
        "+7\u00a0916\u00a0123\u00a045\u00a067",
        "8–916–123–45–67",
        "+8 916 123 45 67",
        "8.916.123.45.67",
        "+7 (916) 123-45-67 доб. 12",
    ],
)
def test_every_spelling_of_a_mobile_number_is_one_number(written: str) -> None:
    assert parse_phone(written) == "+79161234567"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("84951234567", "+74951234567"),
        ("4951234567", "+74951234567"),
        ("88002000600", "+78002000600"),
        ("375291234567", "+375291234567"),
        ("+4915123456789", "+4915123456789"),
        ("8104915123456789", "+4915123456789"),
        ("77011234567", "+77011234567"),
    ],
)
def test_landlines_and_foreign_numbers(written: str, number: str) -> None:
    assert parse_phone(written) == number


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        " ",
        "101",
        "12345",
        "*97",
        "s",
        "anonymous",
        "Anonymous",
        "unknown",
        "112",
        "0" * 11,
        "9" * 40,
        "+",
    ],
)
def test_extensions_and_hidden_callers_are_no_phones(written: str | None) -> None:
    assert parse_phone(written) is None


def test_another_region_reads_national_numbers_of_its_own() -> None:
    assert parse_phone("030 123456", "DE") == "+4930123456"


@example("+7 930 000-00-00")
@example("8(930)123-45-67")
@given(st.from_regex(r"(\+7|7|8|)[ (]{0,2}9\d{2}[ )-]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}", fullmatch=True))
def test_the_short_way_agrees_with_libphonenumber(written: str) -> None:
    number = phonenumbers.parse(written, "RU")
    expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert parse_phone(written) == (expected if phonenumbers.is_valid_number(number) else None)


@given(st.text(max_size=80))
def test_whatever_comes_out_is_a_valid_number_and_reads_back_as_itself(text: str) -> None:
    number = parse_phone(text)
    if number is not None:
        assert phonenumbers.is_valid_number(phonenumbers.parse(number, None))
        assert parse_phone(number) == number


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("звонить 8(916)123-45-67, жена 8 903 765 43 21", ["+79161234567", "+79037654321"]),
        ("89161234567 89037654321", ["+79161234567", "+79037654321"]),
        ("офис +7 495 123-45-67 и моб. 9161234567", ["+74951234567", "+79161234567"]),
        ("ИНН 7701234567, договор 12345", []),
        ("счёт 40702810900000012345", []),
        ("24.11.2026 18:06, сумма 12 500,00", []),
        ("тот же +79161234567, он же 8-916-123-45-67", ["+79161234567"]),
        ("", []),
        (None, []),
    ],
)
def test_phones_are_found_in_comments(text: str | None, numbers: list[str]) -> None:
    assert find_phones(text) == numbers


@given(st.text(alphabet="0123456789 +-()абв.,", max_size=60))
def test_found_phones_are_valid_and_distinct(text: str) -> None:
    found = find_phones(text)
    assert len(set(found)) == len(found)
    assert all(parse_phone(number) == number for number in found)
