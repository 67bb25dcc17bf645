"""`POST /notify/storage`: bucket notifications."""

from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from tests.keys import create_key

PATH = "/notify/storage"


@pytest.fixture
def storage(client: TestClient, engine: sa.Engine) -> dict[str, str]:
    """Headers of the S3 server."""
    return {"Authorization": f"Bearer {create_key(engine, name='minio', scopes=['notify'])}"}


def notification(*keys: str, event: str = "s3:ObjectCreated:Put") -> dict[str, Any]:
    """The body that MinIO sends."""
    records = [
        {
            "eventVersion": "2.0",
            "eventSource": "minio:s3",
            "eventTime": "2026-03-02T10:00:00.000Z",
            "eventName": event,
            "s3": {"bucket": {"name": "synapse"}, "object": {"key": key, "size": 1, "sequencer": "1"}},
        }
        for key in keys
    ]
    return {"EventName": event, "Key": f"synapse/{keys[0] if keys else ''}", "Records": records}


def test_new_objects_become_work_each_kind_once(
    client: TestClient, stored: Any, storage: dict[str, str]
) -> None:
    keys = (
        "recordings%2F2026%2F03%2Fa+b.wav",
        "recordings/2026/03/c.wav",
        "landing/1c/%D0%B0.csv",
        "other/x",
    )
    for _ in range(2):
        answer = client.post(PATH, json=notification(*keys), headers=storage)
        assert (answer.status_code, answer.json()) == (200, {"requested": ["catalogue", "load"]})
    requests = stored("select kind, requested_by, state from app.work_requests order by kind")
    assert requests == [("catalogue", "key:minio", "new"), ("load", "key:minio", "new")]


def test_removals_and_test_messages_ask_for_nothing(
    client: TestClient, stored: Any, storage: dict[str, str]
) -> None:
    gone = notification("recordings/a.wav", event="s3:ObjectRemoved:Delete")
    assert client.post(PATH, json=gone, headers=storage).json() == {"requested": []}
    assert client.post(PATH, json={}, headers=storage).status_code == 200
    assert client.post(PATH, content=b"", headers=storage).status_code == 200
    assert stored("select count(*) from app.work_requests") == [(0,)]


def test_bodies_that_are_no_notification_are_refused(client: TestClient, storage: dict[str, str]) -> None:
    for body in (b"{", b"[]", b'{"Records": [{}]}', b'{"Records": 7}', bytes(range(256))):
        answer = client.post(PATH, content=body, headers=storage)
        assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_only_a_key_with_the_scope_may_notify(client: TestClient, engine: sa.Engine) -> None:
    other = create_key(engine, name="pbx", scopes=["ingest"])
    body = notification("recordings/a.wav")
    assert client.post(PATH, json=body).status_code == 401
    assert client.post(PATH, json=body, headers={"Authorization": f"Bearer {other}"}).status_code == 403
