"""Every button of the administrators' pages is pressed in a browser."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import CHROMIUM, press

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}<circle cx="4" cy="4" r="4"/></svg>'


def _save(page: Any, address: str, name: str, value: str) -> None:
    page.goto(address)
    page.fill(f"[name={name}]", value)
    press(page, "button[value=review]")
    press(page, "button[value=save]")


def test_a_person_is_given_a_role_blocked_and_forgotten(page: Any, site: str, complaints: list[str]) -> None:
    row = '[data-user="olga"]'
    page.goto(f"{site}/admin/users")
    page.fill("[name=name][type=text]", "olga")
    page.select_option("form.card [name=role]", "expert")
    press(page, "form.card button[value=set]")
    assert page.inner_text(f"{row} .badge") == "эксперт"
    page.select_option(f"{row} [name=role]", "reviewer")
    press(page, f"{row} button[value=set]")
    assert page.input_value(f"{row} [name=role]") == "reviewer"
    page.check(f"{row} [name=is_blocked]")
    press(page, f"{row} button[value=set]")
    assert page.is_visible(f"{row} .badge-danger")
    press(page, f"{row} button[value=forget]")
    assert page.locator(row).count() == 0
    assert complaints == []


def test_a_key_is_made_shown_this_once_and_revoked(page: Any, site: str, complaints: list[str]) -> None:
    page.goto(f"{site}/admin/keys")
    page.fill("form.card [name=name]", "pbx")
    page.check("[name='scope.ingest']")
    page.fill("[name=expires_on]", "2099-12-31")
    press(page, "button[value=make]")
    assert page.inner_text("[data-key]").startswith("syn_")
    page.goto(f"{site}/admin/keys")
    assert page.locator("[data-key]").count() == 0
    assert "2099" in page.inner_text('[data-key-name="pbx"]')
    press(page, '[data-key-name="pbx"] button[value=revoke]')
    assert page.locator("[data-key-name]").count() == 0
    assert complaints == []


def test_profiles_are_made_compared_activated_carried_and_deleted(
    page: Any, site: str, tmp_path: Path, complaints: list[str]
) -> None:
    _save(page, f"{site}/admin/settings/asr", "beam_size", "5")
    page.goto(f"{site}/admin/profiles")
    page.fill("form.card [name=name][placeholder=summer]", "summer")
    page.fill("[name=description]", "Летние часы")
    press(page, "button[value=create]")
    summer = '[data-profile="summer"]'
    assert "Летние часы" in page.inner_text(summer)
    with page.expect_navigation():
        page.click(f"{summer} a[href*=compare]")
    assert page.is_visible("#compared")
    with page.expect_download() as download:
        page.click(f"{summer} a[download]")
    exported = json.loads(Path(download.value.path()).read_text())
    press(page, f"{summer} button[value=activate]")
    assert page.is_visible(f"{summer} .badge-success")
    page.goto(f"{site}/admin/settings/asr")
    assert page.input_value("[name=beam_size]") != "5"

    changed = tmp_path / "summer.json"
    exported["settings"]["asr"]["beam_size"] = 4
    changed.write_text(json.dumps(exported))
    page.goto(f"{site}/admin/profiles")
    page.set_input_files("[name=upload]", changed)
    press(page, "button[value=plan]")
    assert page.inner_text('[data-path="asr.beam_size"] ins') == "4"
    press(page, "button[value=import]")
    page.goto(f"{site}/admin/settings/asr")
    assert page.input_value("[name=beam_size]") == "4"

    page.goto(f"{site}/admin/profiles")
    page.fill("form.card [name=name][placeholder=summer]", "winter")
    page.select_option("[name=source]", "summer")
    press(page, "button[value=create]")
    press(page, '[data-profile="winter"] button[value=delete]')
    assert page.locator('[data-profile="winter"]').count() == 0
    assert complaints == []


def test_a_wrong_file_of_settings_is_refused_with_the_field(page: Any, site: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    for text in ("not json", '{"profile": "x", "settings": {"asr": {"beam_size": 99}}}'):
        wrong.write_text(text)
        page.goto(f"{site}/admin/profiles")
        page.set_input_files("[name=upload]", wrong)
        press(page, "button[value=plan]")
        assert page.inner_text("[role=alert]").strip()
        assert page.locator("button[value=import]").count() == 0


def test_a_secret_is_made_rotated_tested_and_deleted(page: Any, site: str, complaints: list[str]) -> None:
    page.goto(f"{site}/admin/secrets")
    name = page.locator("[data-secret-name]:has(button[value=rotate])").first.get_attribute(
        "data-secret-name"
    )
    row = f'[data-secret-name="{name}"]'
    press(page, f"{row} button[value=rotate]")
    first = page.inner_text(f"{row} .unit code[title]")
    press(page, f"{row} button[value=rotate]")
    assert page.inner_text(f"{row} .unit code[title]") != first
    press(page, f"{row} button[value=delete]")
    assert page.locator(f"{row} button[value=delete]").count() == 0
    tested = '[data-secret-name="metabase.api_key"]'
    page.fill(f"{tested} [name=value]", "mb_wrong")
    press(page, f"{tested} button[value=put]")
    page.click(f"{tested} button[value=test]")
    page.wait_for_selector(".finding")
    assert page.inner_text(".finding").strip()
    assert complaints == []


def _choose_logo(page: Any, inside: str) -> None:
    picture = {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": DOT.format(inside).encode()}
    page.set_input_files("[name=upload]", picture)
    press(page, "button[value=review]")


def test_a_logo_is_checked_shown_on_every_page_and_taken_off(
    page: Any, site: str, complaints: list[str]
) -> None:
    page.goto(f"{site}/admin/settings/branding")
    _choose_logo(page, "<script>alert(1)</script>")
    assert page.locator("button[value=save]").count() == 0
    assert page.inner_text("[role=alert]").strip()
    _choose_logo(page, "")
    press(page, "button[value=save]")
    page.goto(f"{site}/admin/audit")
    source = page.get_attribute(".rail-brand img", "src")
    assert page.request.get(f"{site}{source}").headers["content-type"].startswith("image/svg+xml")
    page.goto(f"{site}/admin/settings/branding")
    press(page, "button[value=logo-off]")
    press(page, "button[value=save]")
    page.goto(f"{site}/admin/audit")
    assert page.locator(".rail-brand img").count() == 0
    assert len(complaints) == 1  # the browser notes the refusal


def test_the_audit_log_is_searched_and_taken_away_as_csv(page: Any, site: str, complaints: list[str]) -> None:
    _save(page, f"{site}/admin/settings/asr", "beam_size", "5")
    _save(page, f"{site}/admin/settings/branding", "company_name", "Тёплый дом")
    page.goto(f"{site}/admin/audit")
    everything = page.locator("[data-entry]").count()
    page.fill("[name=subject]", "settings/2")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert 0 < page.locator("[data-entry]").count() < everything
    assert "Тёплый дом" in page.inner_text("[data-entry]")
    with page.expect_download() as download:
        page.click("a[href*='audit.csv']")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "settings/2" in text
    assert "settings/1" not in text
    assert complaints == []
