"""What every answer has in common: errors, headers, logs, the OpenAPI document."""

import io
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
import structlog
from fastapi import APIRouter, Query
from fastapi.testclient import TestClient

from api import logging
from api.dependencies import CurrentUser
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.errors import ConfigurationError, ObjectNotFoundError
from tests.keys import create_key


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.BytesIO]:
    """What the process writes to its log."""
    stream = io.BytesIO()
    before = structlog.get_config()
    logging.configure()
    structlog.configure(logger_factory=lambda *_: structlog.BytesLogger(stream))
    yield stream
    structlog.configure(**before)


def add_routes(client: TestClient) -> None:
    router = APIRouter()

    @router.get("/test/fails")
    def fails(phone: str = "") -> None:
        secret = f"the caller is {phone}"
        raise RuntimeError(len(secret))

    @router.get("/test/typed")
    def typed(count: Annotated[int, Query(ge=1)]) -> int:
        return count

    @router.get("/test/own/{kind}")
    def own(kind: str) -> None:
        if kind == "missing":
            raise ObjectNotFoundError("No object has this name.")
        raise ConfigurationError("A setting is missing.", hint="Set it.")

    @router.post("/test/change")
    def change(user: CurrentUser) -> str:
        return user.name

    client.app.include_router(router)  # type: ignore[attr-defined]


def test_errors_are_problem_details(client: TestClient, log: io.BytesIO) -> None:
    add_routes(client)
    for path, status in (
        ("/nowhere", 404),
        ("/test/own/missing", 404),
        ("/test/own/setting", 503),
        ("/test/typed?count=0", 422),
        ("/test/fails", 500),
    ):
        answer = client.get(path)
        problem = answer.json()
        assert answer.status_code == problem["status"] == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["instance"] == path.partition("?")[0]
        assert problem["request_id"] == answer.headers["x-request-id"]
    assert client.get("/test/typed?count=0").json()["errors"][0]["path"] == "/query/count"
    assert client.delete("/tag.js").status_code == 405


def test_a_request_id_of_ones_own_is_kept_if_it_is_harmless(client: TestClient) -> None:
    mine = client.get("/health/live", headers={"X-Request-Id": "trace-0001"}).headers["x-request-id"]
    assert mine == "trace-0001"
    for odd in ("short", "a" * 65, "with space in it", '{"a":1}aaaa'):
        made = client.get("/health/live", headers={"X-Request-Id": odd}).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_every_answer_has_a_strict_policy(client: TestClient) -> None:
    for path in ("/health/live", "/nowhere", "/tag.js"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_logs_hold_no_personal_data(client: TestClient, log: io.BytesIO) -> None:
    add_routes(client)
    client.get("/test/fails?phone=%2B79161234567")
    client.get("/contacts/+79161234567")
    body = {"event_id": "x", "phone": "+79161234567", "email": "anna@example.ru"}
    client.post("/events?k=blog-write-key-0001", json=body, headers={"User-Agent": "Anna's phone"})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["event"] for line in lines} >= {"request", "request_failed"}
    text = log.getvalue().decode()
    for secret in ("9161234567", "anna", "Anna", "blog-write-key", "127.0.0.1"):
        assert secret not in text


def test_another_sites_page_cannot_make_the_local_admin_change_anything(client: TestClient) -> None:
    add_routes(client)
    assert client.post("/test/change").json() == "local"
    assert client.post("/test/change", headers={"Origin": "http://127.0.0.1"}).status_code == 200
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"X-Forwarded-For": "127.0.0.1"},
    ):
        assert client.post("/test/change", headers=headers).status_code == 403


def test_the_openapi_document_is_whole(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    known = set(document["components"]["schemas"])
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert named <= known
    assert {"WebEvent", "ProblemDetails"} <= known
    for path in ("/events", "/ingest/asterisk/cdr", "/ingest/recordings", "/notify/storage"):
        operation = document["paths"][path]["post"]
        assert operation["description"]
        assert operation["requestBody"]["content"]
        assert "application/problem+json" in operation["responses"]["401"]["content"]


def test_requests_that_need_the_database_say_so_while_it_is_away(
    mortal_postgres: EmbeddedPostgres, mortal_api: Any
) -> None:
    import httpx
    import sqlalchemy as sa

    url = mortal_postgres.url("events").replace("postgresql://", "postgresql+psycopg://")
    engine = sa.create_engine(url)
    headers = {"X-Api-Key": create_key(engine, name="pbx", scopes=["ingest"])}
    engine.dispose()
    mortal_postgres.stop()
    try:
        answer = httpx.post(f"{mortal_api.url}/ingest/asterisk/cdr", json={}, headers=headers, timeout=30)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        ready = httpx.get(f"{mortal_api.url}/health/ready", timeout=30)
        assert (ready.status_code, ready.json()["status"]) == (503, "degraded")
        assert httpx.get(f"{mortal_api.url}/health/live").status_code == 200
    finally:
        mortal_postgres.start()
