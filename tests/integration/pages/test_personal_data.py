"""Who sees phones, names and words in full."""

import re

import pytest

from synapse.security.roles import Role
from tests.integration.pages.company import CARD_ID, CHAT_ID
from tests.integration.pages.conftest import ClientOf

_PLACES = [
    "/",
    "/leaks?days=all",
    "/inbox?days=7",
    "/receipts?days=all",
    "/recordings",
    "/admin/sources",
    "/admin/sources/asterisk_cdr/rejects",
    "/leaks.csv?days=all",
    "/inbox.csv?days=7",
    "/receipts.csv?days=all",
    f"/conversations/{CARD_ID}",
    f"/conversations/{CHAT_ID}",
]
_NUMBER = re.compile(r"\+?[78]?[ (]*916[) -]*\d{3}[ -]?\d{2}[ -]?\d{2}")


@pytest.mark.parametrize("address", _PLACES)
def test_an_observer_sees_no_phone_and_no_name(client_of: ClientOf, address: str) -> None:
    shown = client_of(Role.OBSERVER).get(address).text
    assert _NUMBER.findall(shown) == []
    for name in ("Иванова", "Литвинов", "Котова", "Сергеев"):
        assert name not in shown


@pytest.mark.parametrize("address", [p for p in _PLACES if "/conversations" not in p])
def test_a_reviewer_sees_no_phone_outside_of_the_words(client_of: ClientOf, address: str) -> None:
    assert _NUMBER.findall(client_of(Role.REVIEWER).get(address).text) == []


def test_a_reviewer_reads_the_words_as_they_were_said(client_of: ClientOf) -> None:
    page = client_of(Role.REVIEWER).get(f"/conversations/{CARD_ID}").text
    assert "123-45-67" in page
    assert "+7 ••• •••-••-07" in page
    assert "tel:" not in page


@pytest.mark.parametrize("role", [Role.EXPERT, Role.ADMIN])
def test_experts_see_whom_to_call(client_of: ClientOf, role: Role) -> None:
    page = client_of(role).get(f"/conversations/{CARD_ID}").text
    assert "+7 916 000-00-07" in page
    assert 'href="tel:+79160000007"' in page


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.REVIEWER])
def test_refused_rows_are_not_given_to_those_who_may_not_see_numbers(client_of: ClientOf, role: Role) -> None:
    answer = client_of(role).get("/admin/sources/asterisk_cdr/rejects.csv")
    assert answer.status_code == 403
    assert "+7916" not in answer.text
