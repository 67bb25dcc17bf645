"""Advertising: figures agree with the lists behind them; costs are taken whole or refused by lines."""

import html
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from synapse.database.engine import engine_for
from synapse.database.tables.app import audit_log, work_requests
from synapse.reports.attribution import MODELS
from synapse.security.roles import Role
from synapse.storage import open_store
from tests.integration.pages.company import NOW, fill_company
from tests.integration.pages.conftest import ClientOf, make_app, open_client

_LINK = re.compile(r'<a class="text-link"\s+data-count="(\d+)"[^>]*?href="([^"]+)"')
_GOOD = "Дата;Источник;Канал;Кампания;Расход\n24.11.2026;yandex;cpc;okna;1 500,00\n"


@pytest.fixture
def filled(database_url: str) -> str:
    """A company of this test alone."""
    with engine_for(database_url).begin() as connection:
        fill_company(connection, now=NOW)
    return database_url


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_figure_leads_to_as_many_conversations(client_of: ClientOf, model: str, language: str) -> None:
    client = client_of(Role.OBSERVER, language)
    page = client.get(f"/reports/attribution?days=30&model={model}")
    assert page.status_code == 200
    links = _LINK.findall(page.text)
    assert links
    for count, address in links[:4]:
        shown = client.get(html.unescape(address)).text
        assert f'data-found="{count}"' in shown


def test_an_unknown_model_or_curve_falls_back(client_of: ClientOf) -> None:
    page = client_of().get("/reports/attribution?model=magic&curve=x:y&cohort=century")
    assert page.status_code == 200
    assert re.search(r'<option value="last"\s+selected', page.text)


def test_an_expert_s_table_of_costs_is_stored_and_its_loading_asked_for(filled: str, tmp_path: Path) -> None:
    client = open_client(make_app(filled, tmp_path, Role.EXPERT))
    sent = {"upload": ("расходы.csv", _GOOD.encode("cp1251"), "text/csv")}
    answer = client.post("/reports/attribution/costs", files=sent)
    assert (answer.status_code, answer.headers["location"][-6:]) == (303, "sent=1")
    store = open_store((tmp_path / "storage").as_uri())
    with store.open("landing/costs/расходы.csv") as stream:
        assert stream.read() == _GOOD.encode("cp1251")
    with engine_for(filled).connect() as connection:
        assert connection.scalars(sa.select(work_requests.c.kind)).all() == ["load"]
        assert "costs.upload" in connection.scalars(sa.select(audit_log.c.action)).all()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", _GOOD + "32.11.2026;vk;social;a;1\n", "Строка 3: &#39;32.11.2026&#39; is no date."),
        ("a.csv", "Привет\n", "No header with"),
        ("a.csv", "", "empty"),
        ("a.exe", _GOOD, "is no table"),
    ],
)
def test_a_bad_table_is_refused_with_line_and_reason_and_nothing_is_stored(
    filled: str, tmp_path: Path, name: str, content: str, said: str
) -> None:
    client = open_client(make_app(filled, tmp_path, Role.EXPERT))
    answer = client.post("/reports/attribution/costs", files={"upload": (name, content.encode(), "text/csv")})
    assert answer.status_code == 422
    assert said in answer.text
    assert list(open_store((tmp_path / "storage").as_uri()).list("landing/costs/")) == []


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.REVIEWER])
def test_who_may_not_edit_sends_no_costs(client_of: ClientOf, role: Role) -> None:
    client = client_of(role)
    assert "costs" not in re.findall(r'action="[^"]*"', client.get("/reports/attribution").text)
    sent = {"upload": ("a.csv", _GOOD.encode(), "text/csv")}
    assert client.post("/reports/attribution/costs", files=sent).status_code == 403
