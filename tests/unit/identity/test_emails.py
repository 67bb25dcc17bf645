import pytest
from hypothesis import given
from hypothesis import strategies as st

from synapse.identity.emails import find_emails, parse_email


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Ivan.Petrov@Example.RU", "ivan.petrov@example.ru"),
        (" ivan@example.ru ", "ivan@example.ru"),
        ("Иван Петров <Ivan@example.ru>", "ivan@example.ru"),
        ("mailto:ivan@example.ru", "ivan@example.ru"),
        ("ivan@почта.рф", "ivan@почта.рф"),
        ("ivan@example.ru;", "ivan@example.ru"),
    ],
)
def test_one_address_one_form(written: str, address: str) -> None:
    assert parse_email(written) == address


@pytest.mark.parametrize(
    "written", [None, "", "нет", "a@", "@b.ru", "a b@c.ru", "a@b", "a@b.ru, c@d.ru", "x" * 600 + "@b.ru"]
)
def test_what_is_no_address_gives_none(written: str | None) -> None:
    assert parse_email(written) is None


@given(st.text(max_size=60))
def test_an_address_reads_back_as_itself(text: str) -> None:
    address = parse_email(text)
    if address is not None:
        assert parse_email(address) == address


def test_addresses_are_found_in_text() -> None:
    assert find_emails("пишите на Info@Example.ru или info@example.ru, sales@example.ru.") == [
        "info@example.ru",
        "sales@example.ru",
    ]
