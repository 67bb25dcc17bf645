"""Administrators' pages without scripts: every change is checked, compared, saved, audited."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from synapse.environment import load_environment
from synapse.security.audit import AuditFilter, entries
from synapse.security.master_key import ensure_key_file
from synapse.settings.documents import SECTIONS
from synapse.settings.store import current_settings

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h4v4z"/></svg>'


@pytest.fixture
def admin(home: Path) -> Iterator[TestClient]:
    """The local administrator's browser, which says where it comes from."""
    ensure_key_file(home / "master.key")
    with TestClient(
        create_app(load_environment()),
        base_url="http://127.0.0.1",
        client=("127.0.0.1", 50000),
        raise_server_exceptions=False,
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as client:
        yield client


def _fields(page: str) -> dict[str, str]:
    """Inputs of the page's form with their values, as far as sections without lists need them."""
    inputs = re.findall(r"<input[^>]*>", page)
    found = {}
    for tag in inputs:
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="file"' not in tag and not ('type="checkbox"' in tag and "checked" not in tag):
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"\s*selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def _edit(admin: TestClient, section: str, intent: str, **values: str) -> Any:
    path = f"/admin/settings/{section}"
    sent = {**_fields(admin.get(path).text), **values, "intent": intent}
    return admin.post(path, data=sent)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_section_has_a_page_in_both_languages(admin: TestClient, section: str, language: str) -> None:
    answer = admin.get(f"/admin/settings/{section}", headers={"Cookie": f"synapse_language={language}"})
    assert answer.status_code == 200
    assert SECTIONS[section].title.to(language) in answer.text  # type: ignore[arg-type]
    assert "style=" not in answer.text, "the content security policy forbids inline styles"
    assert "<script>" not in answer.text


def test_a_change_is_shown_before_it_is_saved(admin: TestClient, engine: sa.Engine) -> None:
    shown = _edit(admin, "thresholds", "review", answer_within_seconds="30")
    assert 'data-path="thresholds.answer_within_seconds"' in shown.text
    with engine.connect() as connection:
        assert current_settings(connection).version == 0
    saved = _edit(admin, "thresholds", "save", answer_within_seconds="30", comment="Быстрее")
    assert saved.url.path == "/admin/settings/thresholds"
    assert saved.url.params["saved"] == "1"
    with engine.connect() as connection:
        assert current_settings(connection).settings.thresholds.answer_within_seconds == 30
    assert "Быстрее" in admin.get("/admin/history").text


def test_a_wrong_value_is_marked_at_its_field_and_kept_in_the_form(admin: TestClient) -> None:
    answer = _edit(admin, "thresholds", "save", answer_within_seconds="9000")
    assert answer.status_code == 422
    row = answer.text.partition('data-field="answer_within_seconds"')[2].partition("</div>\n  </div>")[0]
    assert "должно быть не больше 600" in row
    assert 'value="9000"' in row


def test_a_race_is_told_and_nothing_is_overwritten(admin: TestClient, engine: sa.Engine) -> None:
    stale = _fields(admin.get("/admin/settings/asr").text)
    _edit(admin, "asr", "save", beam_size="5")
    answer = admin.post("/admin/settings/asr", data={**stale, "beam_size": "1", "intent": "save"})
    assert answer.status_code == 412
    with engine.connect() as connection:
        assert current_settings(connection).settings.asr.beam_size == 5


def test_a_form_without_its_token_is_refused_where_the_browser_says_nothing(admin: TestClient) -> None:
    del admin.headers["Sec-Fetch-Site"]
    sent = _fields(admin.get("/admin/settings/asr").text)
    forged = {**sent, "csrf_token": "1.x", "beam_size": "5", "intent": "save"}
    assert admin.post("/admin/settings/asr", data=forged).status_code == 403
    answer = admin.post("/admin/settings/asr", data={**sent, "beam_size": "5", "intent": "save"})
    assert answer.url.params["saved"] == "1"


def test_a_test_button_answers_a_fragment_and_a_page(admin: TestClient) -> None:
    page = _edit(admin, "integrations.storage", "test:storage")
    assert 'data-working="true"' in page.text
    sent = {**_fields(page.text), "intent": "test:storage"}
    fragment = admin.post("/admin/settings/integrations.storage", data=sent, headers={"HX-Request": "true"})
    assert 'data-working="true"' in fragment.text
    assert "<html" not in fragment.text


def test_the_logo_is_checked_stored_and_served_so_that_it_can_run_nothing(admin: TestClient) -> None:
    sent = _fields(admin.get("/admin/settings/branding").text)
    evil = SVG.replace(b"<path", b"<script>alert(1)</script><path")
    refused = admin.post(
        "/admin/settings/branding", data={**sent, "intent": "review"}, files={"upload": ("l.svg", evil)}
    )
    assert refused.status_code == 422
    saved = admin.post(
        "/admin/settings/branding", data={**sent, "intent": "save"}, files={"upload": ("l.svg", SVG)}
    )
    address = re.search(r'src="(/branding/logo/[^"]+)"', saved.text)
    assert address
    logo = admin.get(address[1])
    assert logo.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in logo.headers["content-security-policy"]
    assert admin.get("/branding/logo/" + "0" * 64 + ".svg").status_code == 404
    _edit(admin, "branding", "save", logo="")
    assert admin.get(address[1]).status_code == 404


def test_secrets_are_set_shown_once_and_never_stand_in_the_page(admin: TestClient) -> None:
    path = "/admin/secrets/telegram.bot_token"
    page = admin.post(path, data={"intent": "put", "value": "777:hidden"})
    assert "777:hidden" not in page.text
    assert "777:hidden" in admin.post(path, data={"intent": "reveal"}).text
    again = admin.post(path, data={"intent": "reveal"})
    assert again.status_code == 422
    assert "777:hidden" not in again.text
    assert admin.post(path, data={"intent": "put", "value": ""}).status_code == 422


def test_history_brings_a_version_back_once(admin: TestClient, engine: sa.Engine) -> None:
    _edit(admin, "asr", "save", beam_size="5")
    _edit(admin, "asr", "save", beam_size="1")
    assert admin.post("/admin/history/1", data={"seen": "1"}).status_code == 409
    assert admin.post("/admin/history/1", data={"seen": "2"}).status_code == 200
    with engine.connect() as connection:
        assert current_settings(connection).settings.asr.beam_size == 5


def test_profiles_are_made_compared_imported_after_a_look_and_activated(
    admin: TestClient, engine: sa.Engine
) -> None:
    _edit(admin, "asr", "save", beam_size="5")
    admin.post("/admin/profiles", data={"intent": "create", "name": "summer", "source": "default"})
    exported = admin.get("/config/profiles/summer/export").content
    changed = exported.replace(b'"beam_size":5', b'"beam_size":2')
    planned = admin.post(
        "/admin/profiles", data={"intent": "plan", "name": "summer"}, files={"upload": ("p.json", changed)}
    )
    assert 'data-path="asr.beam_size"' in planned.text
    assert admin.post("/admin/profiles", data={"intent": "activate", "name": "summer"}).status_code == 200
    document = changed.decode()
    admin.post("/admin/profiles", data={"intent": "import", "name": "summer", "document": document})
    with engine.connect() as connection:
        current = current_settings(connection)
    assert (current.profile, current.settings.asr.beam_size) == ("summer", 2)
    assert 'data-path="asr.beam_size"' in admin.get("/admin/profiles?compare=summer").text
    assert admin.post("/admin/profiles", data={"intent": "create", "name": "Ünïcode"}).status_code == 409


def test_people_keys_and_audit_have_their_pages(admin: TestClient, engine: sa.Engine) -> None:
    admin.post("/admin/users", data={"intent": "set", "name": "anna", "role": "expert"})
    assert 'data-user="anna"' in admin.get("/admin/users").text
    made = admin.post("/admin/keys", data={"intent": "make", "name": "pbx", "scope.ingest": "on"})
    key = re.search(r"data-key>(syn_[\w-]+)<", made.text)
    assert key
    assert key[1] not in admin.get("/admin/keys").text
    with engine.connect() as connection:
        assert [entry.action for entry in entries(connection, AuditFilter())] == ["key.create", "user.set"]
    page = admin.get("/admin/audit?actor=local&action=key")
    assert page.text.count("data-entry=") == 1
    sheet = admin.get("/admin/audit.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "key/pbx" in sheet.text
    assert key[1] not in sheet.text
