"""Secrets over the API: written, shown once, and in no other answer, log or page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from synapse.environment import load_environment
from synapse.errors import ConfigurationError
from synapse.security.master_key import ensure_key_file, new_key_text

VALUE = "7000001:AA-very-secret-token"


@pytest.fixture
def admin(home: Path) -> Iterator[TestClient]:
    """The local administrator's browser on an instance with a master key."""
    ensure_key_file(home / "master.key")
    with _client() as client:
        yield client


def _client() -> TestClient:
    return TestClient(
        create_app(load_environment()),
        base_url="http://127.0.0.1",
        client=("127.0.0.1", 50000),
        raise_server_exceptions=False,
    )


def _put(admin: TestClient, value: str = VALUE) -> Any:
    return admin.put("/config/secrets/telegram.bot_token", json={"value": value})


def test_a_secret_is_shown_once(admin: TestClient) -> None:
    kept = _put(admin)
    assert kept.status_code == 200
    assert kept.json()["is_set"] is True
    shown = admin.post("/config/secrets/telegram.bot_token/reveal")
    assert shown.json() == {"name": "telegram.bot_token", "value": VALUE}
    assert shown.headers["cache-control"] == "no-store"
    assert admin.post("/config/secrets/telegram.bot_token/reveal").status_code == 410


def test_no_other_answer_and_no_log_line_holds_the_value(
    admin: TestClient, capfd: pytest.CaptureFixture[str], engine: sa.Engine
) -> None:
    answers = [_put(admin).text]
    too_long = admin.put("/config/secrets/telegram.bot_token", json={"value": VALUE * 500})
    wrong_key = admin.put("/config/secrets/telegram.bot_token", json={"value": VALUE, "extra": VALUE})
    wrong_type = admin.put("/config/secrets/telegram.bot_token", json={"value": [VALUE]})
    unknown = admin.put("/config/secrets/other", json={"value": VALUE})
    assert [a.status_code for a in (too_long, wrong_key, wrong_type, unknown)] == [422, 422, 422, 404]
    answers += [a.text for a in (too_long, wrong_key, wrong_type, unknown)]
    for path in ("/config/secrets", "/config/full", "/config/export", "/config/changelog", "/config/audit"):
        answers.append(admin.get(path).text)
    everything = "\n".join(answers)
    assert VALUE not in everything
    printed = capfd.readouterr()
    assert VALUE not in printed.out + printed.err
    with engine.connect() as connection:
        stored = connection.execute(sa.text("select json_agg(a)::text from app.audit_log a")).scalar_one()
    assert VALUE not in stored


def test_our_own_secrets_rotate_and_foreign_ones_do_not(admin: TestClient) -> None:
    first = admin.post("/config/secrets/telegram.webhook_secret/rotate").json()
    second = admin.post("/config/secrets/telegram.webhook_secret/rotate").json()
    assert first["fingerprint"] != second["fingerprint"]
    assert len(admin.post("/config/secrets/telegram.webhook_secret/reveal").json()["value"]) >= 43
    assert admin.post("/config/secrets/telegram.bot_token/rotate").status_code == 422


def test_a_secret_is_deleted(admin: TestClient) -> None:
    _put(admin)
    assert admin.delete("/config/secrets/telegram.bot_token").status_code == 204
    assert admin.delete("/config/secrets/telegram.bot_token").status_code == 404
    actions = [item["action"] for item in admin.get("/config/audit").json()["entries"]]
    assert actions == ["secret.delete", "secret.put"]


def test_without_a_master_key_secrets_are_refused_and_all_else_works(home: Path) -> None:
    with _client() as client:
        answer = _put(client)
        assert answer.status_code == 503
        assert "SYNAPSE_MASTER_KEY" in answer.json()["detail"]
        assert client.get("/config/version").status_code == 200


def test_a_lost_or_changed_master_key_stops_the_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_key_file(home / "master.key")
    with _client() as client:
        assert _put(client).status_code == 200
    key = (home / "master.key").read_text()
    (home / "master.key").unlink()
    with pytest.raises(ConfigurationError, match="no master key"), _client():
        pass
    monkeypatch.setenv("SYNAPSE_MASTER_KEY", new_key_text())
    with pytest.raises(ConfigurationError, match="not given"), _client():
        pass
    monkeypatch.setenv("SYNAPSE_MASTER_KEY", f"{new_key_text()},{key.strip()}")
    with _client() as client:
        assert client.post("/config/secrets/encrypt-again").json() == {"secrets": 1}
        assert client.post("/config/secrets/telegram.bot_token/reveal").json()["value"] == VALUE


def test_a_malformed_master_key_stops_the_start_without_being_printed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNAPSE_MASTER_KEY", "not-a-key-at-all")
    with pytest.raises(ConfigurationError) as caught:
        create_app(load_environment())
    assert "not-a-key-at-all" not in json.dumps(str(caught.value))
