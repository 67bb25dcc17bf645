"""Sound by signed links."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.pages.visit import current_time
from synapse.security.roles import Role
from tests.integration.pages.company import CARD_ID, NOW, tone
from tests.integration.pages.conftest import ClientOf, make_app, open_client

_SOUND = tone(20.0)
_END = len(_SOUND) - 1


@pytest.fixture
def link(client: TestClient) -> str:
    """The link that the card gives to the administrator."""
    match = re.search(r'<audio [^>]*src="([^"]+)"', client.get(f"/conversations/{CARD_ID}").text)
    assert match
    return unescape(match[1])


def test_the_whole_sound_is_what_was_stored(client: TestClient, link: str) -> None:
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] in ("audio/x-wav", "audio/wav")
    assert answer.content == _SOUND


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=1000-", 1000, len(_SOUND) - 1),
        ("bytes=-44", len(_SOUND) - 44, len(_SOUND) - 1),
    ],
)
def test_a_part_of_the_sound_is_served_exactly(
    client: TestClient, link: str, wanted: str, first: int, last: int
) -> None:
    answer = client.get(link, headers={"range": wanted})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(_SOUND)}"
    assert answer.content == _SOUND[first : last + 1]


def test_a_part_past_the_end_is_refused(client: TestClient, link: str) -> None:
    answer = client.get(link, headers={"range": f"bytes={len(_SOUND)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(_SOUND)}"


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,5-9", "bytes=-"])
def test_a_range_that_means_nothing_gives_the_whole(client: TestClient, link: str, wanted: str) -> None:
    answer = client.get(link, headers={"range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, len(_SOUND))


def test_a_link_opens_for_nobody_else(client_of: ClientOf, link: str) -> None:
    assert client_of(Role.EXPERT).get(link).status_code == 403


@pytest.mark.parametrize(
    "change", [("signature=", "signature=0"), ("/audio/1", "/audio/2"), ("expires=1", "expires=2")]
)
def test_a_changed_link_does_not_open(client: TestClient, link: str, change: tuple[str, str]) -> None:
    forged = link.replace(*change)
    assert forged != link
    assert client.get(forged).status_code == 403


def test_a_link_ends_after_an_hour(company_url: str, company_home: Path, link: str) -> None:
    app = make_app(company_url, company_home, Role.ADMIN)
    app.dependency_overrides[current_time] = lambda: NOW + timedelta(minutes=61)
    assert open_client(app).get(link).status_code == 403


def test_an_observer_gets_no_link_and_no_sound(client_of: ClientOf, link: str) -> None:
    client = client_of(Role.OBSERVER)
    page = client.get(f"/conversations/{CARD_ID}").text
    assert "/audio/" not in page
    assert "Слушать записи может" in page
    assert client.get(link).status_code == 403
