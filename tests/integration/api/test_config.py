"""The settings API: versions, ETags, races, checks, history, profiles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from synapse.environment import load_environment
from synapse.security.audit import AuditFilter, entries
from tests.keys import create_key


@pytest.fixture
def admin(home: Path) -> Iterator[TestClient]:
    """The local administrator's browser."""
    with TestClient(
        create_app(load_environment()),
        base_url="http://127.0.0.1",
        client=("127.0.0.1", 50000),
        raise_server_exceptions=False,
    ) as client:
        yield client


def _put(admin: TestClient, section: str, values: dict[str, Any], if_match: str = "*") -> Any:
    return admin.put(f"/config/section/{section}", json=values, headers={"If-Match": if_match})


def test_the_version_has_an_etag_and_costs_a_304_when_nothing_changed(admin: TestClient) -> None:
    first = admin.get("/config/version")
    assert (first.json(), first.headers["etag"]) == ({"version": 0, "profile": "default"}, '"0"')
    again = admin.get("/config/version", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert _put(admin, "asr", {"beam_size": 4}).status_code == 200
    grown = admin.get("/config/version", headers={"If-None-Match": first.headers["etag"]})
    assert (grown.status_code, grown.json()["version"]) == (200, 1)


def test_a_section_is_read_changed_and_read_again(admin: TestClient) -> None:
    read = admin.get("/config/section/thresholds")
    values = read.json() | {"answer_within_seconds": 30}
    saved = _put(admin, "thresholds", values, read.headers["etag"])
    assert saved.json() == {"version": 1}
    after = admin.get("/config/section/thresholds")
    assert after.json()["answer_within_seconds"] == 30
    assert after.headers["etag"] == saved.headers["etag"] == '"1"'
    assert admin.get("/config/full").json()["settings"]["thresholds"] == after.json()


def test_a_race_is_412_and_a_missing_if_match_428(admin: TestClient) -> None:
    seen = admin.get("/config/section/asr").headers["etag"]
    assert _put(admin, "asr", {"beam_size": 4}, seen).status_code == 200
    late = _put(admin, "asr", {"beam_size": 5}, seen)
    assert late.status_code == 412
    assert late.headers["content-type"] == "application/problem+json"
    assert admin.put("/config/section/asr", json={}).status_code == 428
    assert _put(admin, "asr", {}, "W/oops").status_code == 412
    assert admin.get("/config/section/asr").json()["beam_size"] == 4


def test_wrong_fields_come_back_with_their_paths_in_the_readers_language(admin: TestClient) -> None:
    answer = admin.put(
        "/config/section/asr",
        json={"beam_size": 9, "beams": 1},
        headers={"If-Match": "*", "Accept-Language": "ru"},
    )
    assert answer.status_code == 422
    assert {error["path"]: error["message"] for error in answer.json()["errors"]} == {
        "/asr/beam_size": "должно быть не больше 5",
        "/asr/beams": "нет такой настройки",
    }
    english = admin.put(
        "/config/section/asr", json={"beam_size": 9}, headers={"If-Match": "*", "Accept-Language": "en-GB"}
    )
    assert english.json()["errors"][0]["message"] == "must be at most 5"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b'{"a":' * 900 + b"1" + b"}" * 900, 422),
        (b'{"a":' * 9000 + b"1" + b"}" * 9000, 400),
        (b" " * (1 << 21), 413),
    ],
)
def test_bodies_that_are_no_object_are_refused(admin: TestClient, body: bytes, status: int) -> None:
    answer = admin.put(
        "/config/section/asr", content=body, headers={"If-Match": "*", "Content-Type": "application/json"}
    )
    assert answer.status_code == status


def test_unknown_sections_versions_and_profiles_are_404(admin: TestClient) -> None:
    assert admin.get("/config/section/speech").status_code == 404
    assert _put(admin, "integrations", {}).status_code == 404
    assert admin.post("/config/rollback/7").status_code == 404
    assert admin.post("/config/profiles/none/activate").status_code == 404


def test_validate_changes_nothing_and_tells_what_would_change(admin: TestClient) -> None:
    good = admin.post("/config/validate", json={"sections": {"asr": {"beam_size": 4}}}).json()
    assert good["is_valid"] is True
    assert good["changes"] == [{"path": "asr.beam_size", "before": 3, "after": 4}]
    bad = admin.post(
        "/config/validate", json={"sections": {"retention": {"audio_days": 30, "archive_after_days": 60}}}
    ).json()
    assert (bad["is_valid"], bad["errors"][0]["path"]) == (False, "/retention/archive_after_days")
    assert admin.get("/config/version").json()["version"] == 0


def test_the_changelog_has_differences_and_rollback_brings_content_back(admin: TestClient) -> None:
    _put(admin, "asr", {"beam_size": 4})
    _put(admin, "asr", {"beam_size": 5})
    page = admin.get("/config/changelog", params={"limit": 1}).json()
    assert (page["entries"][0]["version"], page["next_before"]) == (2, 2)
    assert page["entries"][0]["changes"] == [{"path": "asr.beam_size", "before": 4, "after": 5}]
    assert admin.post("/config/rollback/1", json={"comment": "too slow"}).json() == {"version": 3}
    assert admin.get("/config/section/asr").json()["beam_size"] == 4
    assert admin.get("/config/changelog").json()["entries"][0]["comment"] == "too slow"


def test_a_profile_keeps_its_own_settings(admin: TestClient) -> None:
    _put(admin, "asr", {"beam_size": 4})
    made = admin.post("/config/profiles", json={"name": "summer", "source": "default"})
    assert made.status_code == 201
    assert admin.post("/config/profiles", json={"name": "summer"}).status_code == 409
    assert admin.post("/config/profiles/summer/activate").json() == {"version": 2}
    _put(admin, "asr", {"beam_size": 1})
    compared = admin.get("/config/compare", params={"profile": "summer", "other": "default"}).json()
    assert compared == [{"path": "asr.beam_size", "before": 4, "after": 1}]
    assert admin.post("/config/profiles/default/activate").status_code == 200
    assert admin.get("/config/section/asr").json()["beam_size"] == 4
    assert {p["name"]: p["is_active"] for p in admin.get("/config/profiles").json()} == {
        "default": True,
        "summer": False,
    }
    assert admin.delete("/config/profiles/default").status_code == 409
    assert admin.delete("/config/profiles/summer").status_code == 204


def test_an_export_comes_back_by_import_after_a_dry_run(admin: TestClient) -> None:
    _put(admin, "thresholds", {"answer_within_seconds": 40})
    exported = admin.get("/config/export").json()
    admin.post("/config/rollback/1")
    _put(admin, "thresholds", {"answer_within_seconds": 20})
    dry = admin.post("/config/import", params={"dry_run": True}, json=exported).json()
    assert dry["changes"] == [{"path": "thresholds.answer_within_seconds", "before": 20, "after": 40}]
    assert admin.get("/config/section/thresholds").json()["answer_within_seconds"] == 20
    assert admin.post("/config/import", json=exported).json()["is_dry_run"] is False
    assert admin.get("/config/section/thresholds").json()["answer_within_seconds"] == 40
    other = admin.post("/config/import", params={"profile": "copy"}, json=exported).json()
    assert (other["profile"], other["is_new"]) == ("copy", True)
    assert admin.get("/config/compare").json() == [
        {"path": "thresholds.answer_within_seconds", "before": 20, "after": 40}
    ]
    assert admin.post("/config/import", json={"settings": {}}).status_code == 422


def test_a_worker_reads_with_an_api_key_and_cannot_write(
    admin: TestClient, engine: sa.Engine, home: Path
) -> None:
    key = create_key(engine, name="worker", scopes=["settings"])
    other = create_key(engine, name="pbx", scopes=["ingest"])
    with TestClient(
        create_app(load_environment()), base_url="http://synapse.example", client=("10.1.1.1", 4000)
    ) as worker:
        bearer = {"Authorization": f"Bearer {key}"}
        assert worker.get("/config/version", headers=bearer).json()["version"] == 0
        assert "settings" in worker.get("/config/full", headers=bearer).json()
        assert (
            worker.put("/config/section/asr", json={}, headers={**bearer, "If-Match": "*"}).status_code == 403
        )
        assert worker.get("/config/version", headers={"Authorization": f"Bearer {other}"}).status_code == 403
        assert worker.get("/config/version", headers={"Authorization": "Bearer syn_x"}).status_code == 401
        assert worker.get("/config/version").status_code == 403


def test_changes_are_audited_with_the_request_id(admin: TestClient, engine: sa.Engine) -> None:
    answer = _put(admin, "asr", {"beam_size": 4})
    with engine.connect() as connection:
        (entry,) = entries(connection, AuditFilter())
    assert (entry.actor, entry.role, entry.address) == ("local", "admin", "127.0.0.1")
    assert entry.request_id == answer.headers["x-request-id"]
    listed = admin.get("/config/audit", params={"actor": "local", "action": "settings"}).json()
    assert [item["action"] for item in listed["entries"]] == ["settings.save"]


def test_keys_are_shown_once_listed_and_revoked(admin: TestClient) -> None:
    made = admin.post("/config/keys", json={"name": "pbx", "scopes": ["ingest"]})
    assert made.status_code == 201
    assert made.json()["key"].startswith("syn_")
    assert admin.post("/config/keys", json={"name": "pbx", "scopes": ["ingest"]}).status_code == 409
    assert admin.post("/config/keys", json={"name": "x", "scopes": ["everything"]}).status_code == 422
    past = {"name": "y", "scopes": ["ingest"], "expires_at": "2001-01-01T00:00:00Z"}
    assert admin.post("/config/keys", json=past).status_code == 422
    listed = admin.get("/config/keys")
    assert [key["name"] for key in listed.json()] == ["pbx"]
    assert made.json()["key"] not in listed.text
    assert admin.delete("/config/keys/pbx").status_code == 204
    assert admin.delete("/config/keys/pbx").status_code == 404
    assert [item["action"] for item in admin.get("/config/audit").json()["entries"]] == [
        "key.revoke",
        "key.create",
    ]


def test_a_persons_role_is_given_and_taken(admin: TestClient) -> None:
    assert admin.put("/config/users/anna", json={"role": "expert"}).status_code == 204
    (account,) = admin.get("/config/users").json()
    assert (account["name"], account["effective_role"]) == ("anna", "expert")
    admin.put("/config/users/anna", json={"role": "expert", "is_blocked": True})
    assert admin.get("/config/users").json()[0]["effective_role"] is None
    assert admin.put("/config/users/local", json={"role": "observer"}).status_code == 409
    assert admin.delete("/config/users/anna").status_code == 204
    assert admin.delete("/config/users/anna").status_code == 404
