"""How much is known: every share agrees with the rows behind it."""

import html
import re

import pytest

from synapse.security.roles import Role
from tests.integration.pages.conftest import ClientOf

_LINK = re.compile(r'data-count="(\d+)"\s+href="(/receipts[^"]+)"')


@pytest.mark.parametrize("language", ["ru", "en"])
def test_receipts_without_an_enquiry_lead_to_as_many_receipts(client_of: ClientOf, language: str) -> None:
    client = client_of(Role.OBSERVER, language)
    links = _LINK.findall(client.get("/reports/coverage?days=90").text)
    assert len(links) == 2
    for count, address in links:
        assert f'data-found="{count}"' in client.get(html.unescape(address)).text


def test_the_table_for_spreadsheets_sums_to_the_page(client_of: ClientOf) -> None:
    client = client_of(Role.OBSERVER, "en")
    page = client.get("/reports/coverage?days=30").text
    shown = re.search(r'data-measure="transcribed".*?([\d\u202f,]+) of ([\d\u202f,]+)', page, re.DOTALL)
    assert shown
    rows = [line.split(",") for line in client.get("/reports/coverage.csv?days=30").text.splitlines()[1:]]
    calls = [row for row in rows if row[1] == "Calls with a transcript"]
    sums = [sum(int(row[column]) for row in calls) for column in (2, 3)]
    assert [int(re.sub(r"\D", "", number)) for number in shown.groups()] == sums
