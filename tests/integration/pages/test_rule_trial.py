"""A rule is tried on past conversations before it is saved."""

import time

import pytest

from synapse.security.roles import Role
from tests.integration.pages.conftest import ClientOf

FORM = {"try": "topics.0.when", "topics.0.name": "Замер"}
PATH = "/admin/settings/rules/try"


def _sent(client_of: ClientOf, when: str, role: Role = Role.ADMIN) -> tuple[int, str]:
    client = client_of(role)
    client.headers["Sec-Fetch-Site"] = "same-origin"
    answer = client.post(PATH, data={**FORM, "topics.0.when": when})
    return answer.status_code, answer.text


def test_a_trial_shows_count_share_quotes_times_and_the_card(client_of: ClientOf) -> None:
    began = time.monotonic()
    status, page = _sent(client_of, "сотрудник: замерщик/перезвонить")
    assert time.monotonic() - began < 5  # the dictionary is loaded by the first trial
    assert status == 200
    assert 'data-found="1"' in page
    assert "<mark>замерщик</mark>" in page
    assert "Примерно сорок тысяч, точнее скажет" in page
    assert "/conversations/call:1700000000.1#t=6.8" in page


def test_messages_are_looked_through_too(client_of: ClientOf) -> None:
    _, page = _sent(client_of, "здравствуйте ИЛИ спасибо ИЛИ хорошо")
    assert "telegram" in page or 'data-found="1"' in page


def test_a_broken_rule_is_explained_and_an_empty_one_asked_for(client_of: ClientOf) -> None:
    assert "знак 6: здесь правило обрывается" in _sent(client_of, "а ИЛИ")[1]
    assert "Напишите правило." in _sent(client_of, " ")[1]


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.REVIEWER, Role.EXPERT])
def test_only_administrators_try_rules(client_of: ClientOf, role: Role) -> None:
    assert _sent(client_of, "замер", role)[0] == 403


def test_a_search_shows_the_words_and_opens_the_card_at_their_second(client_of: ClientOf) -> None:
    page = client_of(Role.ADMIN).get("/inbox?days=all&q=замерщики").text
    assert 'data-found="1"' in page
    assert "<mark>замерщик</mark>" in page
    assert "/conversations/call:1700000000.1#t=6.8" in page
    mended = client_of(Role.ADMIN).get("/inbox?days=all&q=замерщек").text
    assert 'data-respelt="замерщек"' in mended
    assert 'data-found="1"' in mended


def test_reports_count_topics_and_link_to_them(client_of: ClientOf) -> None:
    page = client_of(Role.ADMIN).get("/reports?days=30").text
    assert "О чём говорят" in page
    assert "topic=measure" in page
