"""Lists: paging, order, filters, search."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from synapse.security.roles import Role
from tests.integration.pages.company import CARD_ID, CHAT_ID
from tests.integration.pages.conftest import ClientOf

_MORE = re.compile(r'hx-get="([^"]+)"')
_ROW = re.compile(r"<tr [^>]*data-row.*?</tr>", re.S)


def rows_of_all_pages(client: TestClient, address: str) -> list[str]:
    """The rows of a list, following "show more" to the end."""
    html = client.get(address).text
    rows = _ROW.findall(html)
    while more := _MORE.search(html):
        html = client.get(unescape(more[1]), headers={"HX-Request": "true"}).text
        assert "<html" not in html
        rows += _ROW.findall(html)
    return rows


@pytest.mark.parametrize(
    "address",
    ["/leaks?days=30", "/inbox?days=7", "/receipts?days=90", "/leaks?days=all&kind=missed_call"],
)
def test_paging_shows_every_row_once(client: TestClient, address: str) -> None:
    found = re.search(r'data-found="(\d+)"', client.get(address).text)
    assert found
    rows = rows_of_all_pages(client, address)
    assert int(found[1]) > 50
    assert len(rows) == int(found[1])
    assert len(set(rows)) == len(rows)


def test_leaks_come_dearest_first(client: TestClient) -> None:
    cells = [
        int(re.sub(r"\D", "", money))
        for row in rows_of_all_pages(client, "/leaks?days=30")
        for money in re.findall(r'class="right money">([^<]+)<', row)
    ]
    assert len(cells) > 100
    assert cells == sorted(cells, reverse=True)


@pytest.mark.parametrize("cursor", ["junk", "W10", "WyJhIiwiYiJd", "%00", "WyIxIiwiMiIsIjMiXQ"])
@pytest.mark.parametrize("page", ["/leaks", "/inbox", "/receipts", "/recordings"])
def test_a_broken_cursor_shows_the_first_page(client: TestClient, page: str, cursor: str) -> None:
    assert client.get(page, params={"after": cursor, "days": "90"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "kind=no&status=no&agent=%27--&days=no",
        "channel=x&weekday=9&hour=99&stage=x&from=2026-13-45",
        "from=9999-12-31&to=0001-01-01",
        "q=%27%3B+drop+table&days=all",
    ],
)
@pytest.mark.parametrize("page", ["/leaks", "/inbox", "/receipts", "/reports"])
def test_nonsense_in_the_address_is_ignored(client: TestClient, page: str, query: str) -> None:
    assert client.get(f"{page}?{query}").status_code == 200


def test_words_are_found_by_any_form(client: TestClient) -> None:
    page = client.get("/inbox", params={"q": "замерщика", "days": "all"}).text
    assert f"/conversations/{CARD_ID}" in page
    assert 'data-found="1"' in page


def test_written_words_are_found(client: TestClient) -> None:
    page = client.get("/inbox", params={"q": "суббота", "days": "all"}).text
    assert f"/conversations/{CHAT_ID}" in page
    assert 'data-found="1"' in page


@pytest.mark.parametrize("number", ["+79160000007", "8 (916) 000-00-07", "916 000-00-07"])
def test_a_full_number_is_found_however_it_is_written(client: TestClient, number: str) -> None:
    page = client.get("/inbox", params={"q": number, "days": "all"}).text
    assert f"/conversations/{CARD_ID}" in page


def test_a_part_of_a_number_finds_nobody(client: TestClient) -> None:
    assert 'data-found="0"' in client.get("/inbox", params={"q": "0000007", "days": "all"}).text


def test_a_list_without_rows_says_what_to_do(client: TestClient) -> None:
    page = client.get("/leaks?from=2020-01-01&to=2020-01-02").text
    assert "Показать всё" in page
    assert 'data-found="0"' in page


def test_a_queue_is_called_by_its_name_where_the_settings_give_one(client_of: ClientOf) -> None:
    report = client_of(Role.ADMIN).get("/reports?days=30").text
    assert '<th scope="row">Продажи</th>' in report
    assert '<th scope="row">Очередь 502</th>' in report
    for language, named, numbered in (
        ("ru", "Очередь «Сервис»", "Очередь 502"),
        ("en", "Queue “Сервис”", "Queue 502"),
    ):
        client = client_of(Role.ADMIN, language)
        assert named in client.get("/inbox?days=30&queue=501").text
        assert numbered in client.get("/inbox?days=30&queue=502").text
    assert "Сервис" in client_of(Role.ADMIN).get("/reports/service-queues.csv").text
