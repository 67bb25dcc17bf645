"""CSV: the same rows as the list, and nothing a spreadsheet would run."""

import csv
import io

import pytest
from fastapi.testclient import TestClient

from synapse.security.roles import Role
from tests.integration.pages.conftest import ClientOf
from tests.integration.pages.test_figures_and_lists import found


def read(client: TestClient, address: str, delimiter: str = ";") -> list[list[str]]:
    """Rows of an export, its header first."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=delimiter))


@pytest.mark.parametrize("page", ["/leaks", "/inbox", "/receipts"])
def test_an_export_has_as_many_rows_as_its_list(client: TestClient, page: str) -> None:
    rows = read(client, f"{page}.csv?days=7")
    assert len(rows) - 1 == found(client, f"{page}?days=7")


@pytest.mark.parametrize(
    "name", ["leakage", "service-hours", "service-agents", "service-queues", "sources", "funnel"]
)
def test_every_table_of_the_reports_can_be_taken_away(client: TestClient, name: str) -> None:
    header, *rows = read(client, f"/reports/{name}.csv?days=30")
    assert len(rows) >= 3
    assert {len(row) for row in rows} == {len(header)}


def test_a_russian_spreadsheet_gets_semicolons_and_commas_an_english_one_the_other_way(
    client_of: ClientOf,
) -> None:
    russian = read(client_of(Role.ADMIN, "ru"), "/reports/service-agents.csv")
    english = read(client_of(Role.ADMIN, "en"), "/reports/service-agents.csv", ",")
    assert russian[0][0] == "Сотрудник"
    assert english[0][0] == "Agent"
    assert [row[3].replace(",", ".") for row in russian[1:]] == [row[3] for row in english[1:]]
    assert "," in russian[2][4]


def test_refused_rows_come_with_file_line_and_reason_and_start_no_formula(client: TestClient) -> None:
    rows = read(client, "/admin/sources/asterisk_cdr/rejects.csv")
    assert rows[1][:4] == [
        "landing/asterisk/cdr-2026-11.csv",
        "102",
        "bad_date",
        "Дата не читается: 32.13.2026",
    ]
    assert all(row[4].startswith("'=1+1") for row in rows[1:])


def test_no_cell_of_any_export_starts_a_formula(client: TestClient) -> None:
    for page in ("/leaks.csv?days=30", "/inbox.csv?days=7", "/receipts.csv?days=90"):
        cells = [cell for row in read(client, page) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))] == []
