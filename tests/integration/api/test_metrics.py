"""`GET /metrics`: who may read it, and what it says about requests, work and money."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from synapse.alerts.ledger import raise_alert
from synapse.environment import load_environment
from synapse.operations.work import request_work
from tests.keys import create_key

LEAKS = """
create schema if not exists marts;
create table marts.fct_leakage (kind text, status text, estimated_amount numeric, saved_amount numeric,
    occurred_at timestamptz, recovered_at timestamptz, due_at timestamptz);
insert into marts.fct_leakage values
    ('missed_call', 'open', 1000, null, now(), null, now() + interval '10 minutes'),
    ('missed_call', 'open', 250.50, null, now() - interval '1 day', null, now() - interval '1 day'),
    ('missed_call', 'lost', 400, null, now() - interval '8 days', null, now() - interval '8 days'),
    ('missed_call', 'lost', 9999, null, now() - interval '90 days', null, now() - interval '90 days'),
    ('broken_promise', 'recovered', 700, 650, now() - interval '2 days', now(), now());
"""


def figures(client: TestClient, **headers: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Values by name and label values."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_the_route_and_never_by_the_path(client: TestClient) -> None:
    client.get("/contacts/79161234567")
    client.get("/no/such/79161234567")
    client.get("/health/live")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "79161234567" not in answer.text
    found = figures(client)
    assert found["synapse_http_requests_total", ("GET", "/health/live", "200")] == 1
    assert found["synapse_http_requests_total", ("GET", "unmatched", "404")] == 1
    assert found["synapse_http_request_seconds_count", ("/health/live",)] == 1


def test_waiting_work_and_open_alerts_and_leaks_in_roubles_are_told(
    client: TestClient, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        request_work(connection, "load", requested_by="anna")
        raise_alert(connection, kind="run_failed", subject="landing", message="Run 1 failed.")
        connection.execute(sa.text(LEAKS))
    found = figures(client)
    assert found["synapse_database_up", ("warehouse",)] == 1
    assert found["synapse_work_waiting", ("load",)] == 1
    assert 0 <= found["synapse_work_oldest_seconds", ("load",)] < 60
    assert found["synapse_alerts_open", ("run_failed",)] == 1
    assert found["synapse_leaks_open", ("missed_call",)] == 2
    assert found["synapse_leaks_open_rubles", ("missed_call",)] == 1250.5
    assert found["synapse_leaks_in_time", ("missed_call",)] == 1
    assert found["synapse_leaks_lost_30d_rubles", ("missed_call",)] == 400
    assert found["synapse_leaks_saved_30d_rubles", ("broken_promise",)] == 650


def test_a_warehouse_without_marts_answers_with_what_it_has(client: TestClient) -> None:
    names = {name for name, _ in figures(client)}
    assert "synapse_database_up" in names
    assert "synapse_leaks_open" not in names


@pytest.fixture
def behind_a_proxy(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A scraper inside the network of the containers."""
    monkeypatch.setenv("SYNAPSE_TRUSTED_PROXIES", "172.30.0.2")
    monkeypatch.setenv("SYNAPSE_PROXY_SECRET", "s" * 32)
    app = create_app(load_environment())
    with TestClient(app, client=("172.30.0.9", 1), raise_server_exceptions=False) as client:
        yield client


def test_behind_a_proxy_only_a_key_of_the_scope_reads_them(
    behind_a_proxy: TestClient, engine: sa.Engine
) -> None:
    assert behind_a_proxy.get("/metrics").status_code == 401
    other = create_key(engine, name="pbx", scopes=["ingest"])
    assert behind_a_proxy.get("/metrics", headers={"Authorization": f"Bearer {other}"}).status_code == 403
    key = create_key(engine, name="prometheus", scopes=["metrics"])
    assert figures(behind_a_proxy, Authorization=f"Bearer {key}")["synapse_database_up", ("warehouse",)] == 1


def test_on_one_machine_nobody_from_elsewhere_reads_them_without_a_key(home: Path) -> None:
    with TestClient(
        create_app(load_environment()), client=("192.168.1.7", 1), raise_server_exceptions=False
    ) as stranger:
        assert stranger.get("/metrics").status_code in (401, 403)
    with TestClient(
        create_app(load_environment()),
        base_url="http://rebound.example",
        client=("127.0.0.1", 1),
        raise_server_exceptions=False,
    ) as rebound:
        assert rebound.get("/metrics").status_code in (401, 403)
