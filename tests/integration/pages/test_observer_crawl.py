"""An observer follows every link and asks every address: no phone, card, e-mail or name is shown in full."""

import json
import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.route_list import every_route
from synapse.database.engine import engine_for
from synapse.identity.emails import find_emails
from synapse.identity.phones import find_phones
from synapse.security.roles import Role
from tests.integration.pages.company import CARD_ID, CHAT_ID
from tests.integration.pages.conftest import open_client

HOST = "http://127.0.0.1"
# Of addresses that differ only in numbers and in the values of their query, so many are asked.
MOST_ALIKE = 4
_LINKS = ("href", "src", "action", "hx-get", "data-href", "data-src", "data-url")
_LONG_NUMBER = re.compile(r"\d(?:[\s().\-\u00a0]{0,2}\d){9,}")
_CARD = re.compile(r"(?<!\d)\d{4} \d{4} \d{4} \d{4}(?!\d)")
_TAG = re.compile(r"<[^>]*>")
_PARAMETER = re.compile(r"{(\w+)(?::path)?}")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and (given.get("method") or "get").lower() != "get":
            return
        self.found += [value for name in _LINKS if (value := given.get(name))]


class Known:
    """Personal data that stands in the database."""

    def __init__(self, connection: sa.Connection) -> None:
        self.numbers: set[str] = set()
        self.emails: set[str] = set()
        self.names: set[str] = set()
        for text in _every_text(connection):
            self.numbers |= {phone[-10:] for phone in find_phones(text)}
            self.numbers |= {re.sub(r"\D", "", card)[:10] for card in _CARD.findall(text)}
            self.emails |= set(find_emails(text))
        for table, column in (("dim_contacts", "display_name"), ("fct_receipts", "customer_name")):
            rows = connection.execute(sa.text(f"select distinct {column} from marts.{table}")).scalars()
            self.names |= {name for name in rows if name}

    def shown_in(self, text: str) -> set[str]:
        """What of it an answer shows in full, in its source or to the eye, between whose words are tags."""
        read = " ".join(_TAG.sub(" ", text).split())
        return {
            *(self.numbers & {*_ten_digits(text), *_ten_digits(read)}),
            *(self.emails & {*find_emails(text), *find_emails(read)}),
            *(name for name in self.names if name in text or name in read),
        }


def _every_text(connection: sa.Connection) -> Iterator[str]:
    columns = connection.execute(
        sa.text(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_schema in ('raw', 'core', 'app', 'marts')"
            " and data_type in ('text', 'jsonb', 'ARRAY')"
        )
    ).all()
    for schema, table, column in columns:
        named = sa.table(table, sa.column(column), schema=schema)
        for value in connection.execute(sa.select(sa.cast(named.c[column], sa.Text)).distinct()).scalars():
            if value:
                yield value


def _ten_digits(text: str) -> Iterator[str]:
    """Every ten digits that follow each other in a number: a phone with any country code, parts of a card."""
    for number in _LONG_NUMBER.findall(text):
        digits = re.sub(r"\D", "", number)
        for start in range(len(digits) - 9):
            yield digits[start : start + 10]


def _kind(address: str) -> tuple[object, ...]:
    parts = urlsplit(address)
    return re.sub(r"\d+", "9", parts.path), tuple(sorted({name for name, _ in parse_qsl(parts.query)}))


def _every_address(app: FastAPI) -> Iterator[str]:
    """Every address that answers GET; parameters are taken from what is in the company."""
    values = {
        "conversation_id": (CARD_ID, CHAT_ID),
        "contact_id": ("1", "2"),
        "recording_id": ("1",),
        "source": ("asterisk_cdr", "onec_receipts"),
        "colour": ("2f6fed",),
    }
    for route in every_route(app):
        if route.method != "GET":
            continue
        parameter = _PARAMETER.search(route.path)
        if parameter is None:
            yield route.path
            continue
        for value in values.get(parameter[1], ("asr", "privacy", "1")):
            yield _PARAMETER.sub(value, route.path)


def _crawl(client: TestClient, starts: Iterator[str]) -> Iterator[tuple[str, int, str]]:
    waiting = deque(["/", *starts])
    seen: set[str] = set()
    alike: dict[tuple[object, ...], int] = {}
    while waiting:
        address = waiting.popleft()
        kind = _kind(address)
        if address in seen or alike.get(kind, 0) >= MOST_ALIKE or address.startswith("/static/"):
            continue
        seen.add(address)
        alike[kind] = alike.get(kind, 0) + 1
        answer = client.get(address)
        is_text = re.search("html|json|csv|text|xml", answer.headers.get("content-type", ""))
        text = answer.text if is_text else ""
        yield address, answer.status_code, text
        links = _Links()
        if "html" in answer.headers.get("content-type", ""):
            links.feed(text)
        found = [*links.found, *filter(None, [answer.headers.get("location")])]
        for link in (urljoin(f"{HOST}{address}", one) for one in found):
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" == HOST:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))


def test_nothing_that_an_observer_can_reach_shows_personal_data(
    company_apps: dict[Role, FastAPI], company_url: str
) -> None:
    with engine_for(company_url).connect() as connection:
        known = Known(connection)
    assert {"9161234567", "4276160000"} <= known.numbers
    assert "anna.k@example.ru" in known.emails
    app = company_apps[Role.OBSERVER]
    answered: dict[str, int] = {}
    leaks = {}
    for address, status, text in _crawl(open_client(app), _every_address(app)):
        answered[address] = status
        if shown := known.shown_in(text):
            leaks[address] = shown
    assert leaks == {}
    assert [address for address, status in answered.items() if status >= 500] == []
    pages = [address for address, status in answered.items() if status == 200]
    for reached in ("/leaks", "/inbox", "/receipts", "/reports", "/recordings", f"/conversations/{CARD_ID}"):
        assert any(address.startswith(reached) for address in pages), reached
    for path in ("/leaks.csv", "/inbox.csv", "/receipts.csv", "/contacts/"):
        assert any(address.startswith(path) for address in pages), path


def test_the_crawl_would_notice(company_apps: dict[Role, FastAPI], company_url: str) -> None:
    with engine_for(company_url).connect() as connection:
        known = Known(connection)
    page = open_client(company_apps[Role.EXPERT]).get(f"/conversations/{CARD_ID}").text
    assert known.shown_in(page) >= {"9160000007", "anna.k@example.ru", "4276160000"}
    assert known.shown_in(json.dumps({"phone": "8 (916) 000-00-07"})) == {"9160000007"}
