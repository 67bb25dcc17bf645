"""The number on a card and the count of the list behind it are equal."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

_LINK = re.compile(r"<a [^>]*data-count=[^>]*>")


def counted_links(html: str) -> list[tuple[str, int]]:
    """Links of a page that promise how many rows are behind them."""
    links = _LINK.findall(html)
    return [(unescape(attribute(link, "href")), int(attribute(link, "data-count"))) for link in links]


def attribute(tag: str, name: str) -> str:
    """The value of one attribute of a tag."""
    return tag.partition(f'{name}="')[2].partition('"')[0]


def found(client: TestClient, address: str) -> int:
    """How many rows a list says it has."""
    match = re.search(r'data-found="(\d+)"', client.get(address).text)
    assert match, address
    return int(match[1])


def amount(html: str, figure: str) -> str:
    """The number on a headline figure's card."""
    card = html[html.index(f'data-figure="{figure}"') :]
    match = re.search(r'class="figure-value[^"]*">([^<]+)<', card)
    assert match
    return match[1]


@pytest.mark.parametrize(
    "address",
    ["/", "/reports?days=7", "/reports", "/reports?days=90", "/reports?from=2026-10-05&to=2026-10-18"],
)
def test_every_counted_link_leads_to_a_list_of_that_length(client: TestClient, address: str) -> None:
    links = counted_links(client.get(address).text)
    assert len(links) >= 5
    promised = dict(links)
    assert {href: found(client, href) for href in promised} == promised


@pytest.mark.parametrize(
    ("figure", "address"),
    [
        ("lost", "/leaks?days=7&status=lost"),
        ("open", "/leaks?days=7&status=open"),
        ("saved", "/leaks?days=7&status=recovered"),
        ("revenue", "/receipts?days=7&status=matched"),
    ],
)
def test_the_money_on_a_card_is_the_money_of_its_list(client: TestClient, figure: str, address: str) -> None:
    shown = amount(client.get("/reports?days=7").text, figure)
    assert shown in client.get(address).text


def test_cells_of_the_heat_map_lead_to_their_late_calls(client: TestClient) -> None:
    html = client.get("/reports?days=90").text
    cells = re.findall(
        r'<a href="(/inbox[^"]*weekday=\d&amp;hour=\d+)"\s+title="[^"]*не успели (\d+) из', html
    )
    assert len(cells) > 50
    for href, late in cells[::9]:
        assert found(client, unescape(href)) == int(late)


def test_steps_of_the_funnel_never_grow(client: TestClient) -> None:
    html = client.get("/reports?days=90").text
    links = counted_links(html)
    people = [count for href, count in links if "stage=" in href and "source=" not in href][-4:]
    assert len(people) == 4
    assert people == sorted(people, reverse=True)


def test_a_period_before_the_first_data_is_not_compared(client: TestClient) -> None:
    assert "раньше данных нет" in client.get("/reports?days=90").text
    assert "раньше данных нет" not in client.get("/reports?days=30").text
