"""An observer follows every link and asks every address: no phone, card, e-mail or name is shown in full."""

import json
import re
from collections.abc import Iterator

import sqlalchemy as sa
from fastapi import FastAPI

from synapse.database.engine import engine_for
from synapse.identity.emails import find_emails
from synapse.identity.phones import find_phones
from synapse.security.roles import Role
from tests.integration.pages.company import CARD_ID
from tests.integration.pages.conftest import open_client
from tests.integration.pages.crawl import crawl, every_address

_LONG_NUMBER = re.compile(r"\d(?:[\s().\-\u00a0]{0,2}\d){9,}")
_CARD = re.compile(r"(?<!\d)\d{4} \d{4} \d{4} \d{4}(?!\d)")
_TAG = re.compile(r"<[^>]*>")


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
    for address, status, text in crawl(open_client(app), every_address(app)):
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
