"""Nothing there yet, or something away: the page says so and shows a way out."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from synapse.security.roles import Role
from tests.integration.pages.company import create_marts
from tests.integration.pages.conftest import make_app, open_client
from tests.integration.pages.crawl import crawl, every_address

_PAGES = ["/", "/reports", "/leaks", "/inbox", "/receipts"]


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_an_empty_warehouse_says_how_to_fill_it(
    engine: sa.Engine, database_url: str, tmp_path: Path, state: str
) -> None:
    if state == "empty":
        with engine.begin() as connection:
            create_marts(connection)
    client = open_client(make_app(database_url, tmp_path, Role.ADMIN))
    for page in _PAGES:
        answer = client.get(page)
        assert answer.status_code == 200
        assert "synapse import" in answer.text


@pytest.mark.parametrize("table", ["/inbox.csv", "/leaks.csv", "/receipts.csv", "/reports/leakage.csv"])
def test_nothing_is_exported_before_there_is_anything(database_url: str, tmp_path: Path, table: str) -> None:
    answer = open_client(make_app(database_url, tmp_path, Role.ADMIN)).get(table)
    assert answer.status_code == 404


def test_a_warehouse_without_marts_breaks_no_address(database_url: str, tmp_path: Path) -> None:
    app = make_app(database_url, tmp_path, Role.ADMIN)
    answered = {address: status for address, status, _ in crawl(open_client(app), every_address(app))}
    assert {"/leaks.csv", "/inbox.csv", "/receipts.csv", "/reports/sources.csv"} <= answered.keys()
    assert [address for address, status in answered.items() if status >= 500] == []


def test_sources_and_recordings_need_no_marts(database_url: str, tmp_path: Path) -> None:
    client = open_client(make_app(database_url, tmp_path, Role.ADMIN))
    assert client.get("/admin/sources").status_code == 200
    assert "Записей нет" in client.get("/recordings").text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_database_that_is_away_is_said_so(tmp_path: Path, language: str) -> None:
    app = make_app("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path, Role.ADMIN)
    answer = open_client(app, language).get("/leaks?days=7")
    assert answer.status_code == 503
    assert ("База данных не отвечает" if language == "ru" else "The database does not answer") in answer.text
    assert 'href="/leaks?days=7"' in answer.text


def test_a_program_gets_the_error_as_problem_details(tmp_path: Path) -> None:
    app = make_app("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path, Role.ADMIN)
    answer = open_client(app).get("/leaks", headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 503


@pytest.mark.parametrize("page", ["/nowhere", "/conversations/call:0", "/admin/sources/nothing/rejects"])
def test_a_page_that_is_not_there_leads_home(client: TestClient, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_sources_show_what_failed_and_what_is_silent(client: TestClient) -> None:
    page = client.get("/admin/sources").text
    assert "Молчит" in page
    assert "The workbook has no header row." in page
    assert "Export the report again as a plain table." in page
    silent = client.get("/admin/sources?state=stale").text
    assert 'data-source="onec_receipts"' in silent
    assert 'data-source="asterisk_cdr"' not in silent


def test_reasons_of_refused_rows_open_in_place(client: TestClient) -> None:
    part = client.get("/admin/sources/onec_receipts/rejects", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Дата не читается: 32.13.2026" in part
    assert "/admin/sources/onec_receipts/rejects.csv" in part
