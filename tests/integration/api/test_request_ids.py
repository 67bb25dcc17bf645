"""One id leads from a request to the run that it caused, through the database and both logs."""

import json
from collections.abc import Iterator

import dagster as dg
import pytest
import sqlalchemy as sa
import structlog
from fastapi.testclient import TestClient

from api import logging
from sensors.work_requests import work_requests
from synapse.logs import REQUEST_TAG
from synapse_assets.definitions import defs
from synapse_assets.resources import RESOURCES, Warehouse
from tests.keys import create_key

REQUEST_ID = "proxy-made-this-1"
CREATED = {
    "Records": [
        {"eventName": "s3:ObjectCreated:Put", "s3": {"object": {"key": "landing/asterisk/Master.csv"}}}
    ]
}


@pytest.fixture(autouse=True)
def untouched_structlog() -> Iterator[None]:
    """Other tests find structlog as it was."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@dg.asset
def witness(warehouse: Warehouse) -> None:
    """Writes a line as the domain does."""
    structlog.get_logger("synapse.test").info("worked")


def _lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_the_id_of_a_request_stands_in_its_lines_in_the_work_it_asks_for_and_in_the_runs_lines(
    client: TestClient, engine: sa.Engine, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    logging.configure()
    key = create_key(engine, name="storage", scopes=["notify"])
    answer = client.post(
        "/notify/storage",
        json=CREATED,
        headers={"Authorization": f"Bearer {key}", "X-Request-ID": REQUEST_ID},
    )
    assert (answer.status_code, answer.headers["x-request-id"]) == (200, REQUEST_ID)
    api_lines = _lines(capfdbinary.readouterr().out.decode())
    assert [line["request_id"] for line in api_lines if line["event"] == "request"] == [REQUEST_ID]

    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(
            instance, repository_def=defs.get_repository_def(), resources=RESOURCES
        )
        (asked,) = work_requests.evaluate_tick(context).run_requests or []
        assert asked.tags[REQUEST_TAG] == REQUEST_ID
        done = dg.materialize([witness], resources=RESOURCES, instance=instance, tags=dict(asked.tags))
    (line,) = [line for line in _lines(capfdbinary.readouterr().err.decode()) if line["event"] == "worked"]
    assert (line["run_id"], line["request_id"]) == (done.run_id, REQUEST_ID)


def test_two_requests_do_not_share_an_id_and_a_made_up_one_is_replaced(client: TestClient) -> None:
    first = client.get("/health/live").headers["x-request-id"]
    second = client.get("/health/live", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"]
    assert first != second
    assert len(second) == 32
