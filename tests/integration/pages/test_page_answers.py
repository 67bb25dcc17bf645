"""Every page answers, for every role and in both languages, without a word missing."""

import re

import pytest

from api.pages.catalogues import LANGUAGES, read_catalogue
from synapse.security.roles import Role
from tests.integration.pages.company import CARD_ID, CHAT_ID
from tests.integration.pages.conftest import ClientOf

PAGES = [
    "/",
    "/reports",
    "/reports?days=7",
    "/reports?days=90",
    "/reports?from=2026-11-01&to=2026-11-10",
    "/leaks",
    "/leaks?days=all&status=recovered",
    "/inbox",
    "/inbox?days=all&q=окна",
    "/inbox?channel=message&answer=missed&days=all",
    "/receipts",
    "/receipts?days=all&status=unmatched",
    "/recordings",
    "/recordings?state=refused",
    f"/conversations/{CARD_ID}",
    f"/conversations/{CHAT_ID}",
    "/admin/sources",
    "/admin/sources/asterisk_cdr/rejects",
]
KEYS = [str(message.id) for message in read_catalogue("ru") if isinstance(message.id, str) and message.id]


def text_of(html: str) -> str:
    """What a reader sees of a page."""
    body = re.sub(r"<(script|style|svg|canvas).*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_with_words_and_not_with_their_keys(
    client_of: ClientOf, address: str, language: str
) -> None:
    answer = client_of(Role.ADMIN, language).get(address)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    shown = text_of(answer.text)
    assert [
        key for key in KEYS if "." in key and re.search(rf"(?<![\w/]){re.escape(key)}(?!\w)", shown)
    ] == []
    assert "None" not in shown


@pytest.mark.parametrize("role", list(Role))
def test_every_role_may_read_every_page(client_of: ClientOf, role: Role) -> None:
    client = client_of(role)
    assert {address: client.get(address).status_code for address in PAGES} == dict.fromkeys(PAGES, 200)


def test_pages_hold_no_inline_script_style_or_handler(client_of: ClientOf) -> None:
    client = client_of()
    for address in PAGES:
        html = client.get(address).text
        assert re.findall(r"<script(?![^>]*\bsrc=)", html) == [], address
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == [], address
        assert "http://" not in html.replace("http://www.w3.org", ""), address


def test_a_page_asks_the_browser_to_run_only_what_is_ours(client_of: ClientOf) -> None:
    policy = client_of().get("/").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_theme_and_language_stand_in_the_first_byte(client_of: ClientOf) -> None:
    client = client_of()
    assert 'data-theme="auto"' in client.get("/").text
    answer = client.get("/preferences?theme=dark&language=en&back=/leaks%3Fdays%3D7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/leaks?days=7")
    page = client.get("/leaks?days=7").text
    assert '<html lang="en" data-theme="dark">' in page


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "evil"])
def test_a_switch_never_leads_to_another_site(client_of: ClientOf, back: str) -> None:
    assert client_of().get("/preferences", params={"theme": "dark", "back": back}).headers["location"] == "/"


def test_times_are_the_companys_and_money_has_its_sign(client_of: ClientOf) -> None:
    page = client_of().get(f"/conversations/{CARD_ID}").text
    assert "24 ноября 2026, 10:30:00 (Europe/Moscow)" in page
    assert "18\u00a0400\u00a0₽" in page
