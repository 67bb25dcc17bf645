"""Administrators' pages in a browser: warnings, checks before sending, tests, widths, themes, languages."""

from typing import Any

import pytest

from tests.browser.conftest import CHROMIUM, press

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
PAGES = (
    "settings",
    "settings/calendar",
    "settings/integrations.web",
    "settings/access",
    "profiles",
    "secrets",
)
PAGES += ("users", "keys", "history", "audit")


def test_a_setting_goes_from_the_form_to_the_history_and_back(
    page: Any, site: str, complaints: list[str]
) -> None:
    page.goto(f"{site}/admin/settings/asr")
    assert not page.is_visible(".dirty")
    page.fill("[name=beam_size]", "5")
    assert page.is_visible(".dirty")
    press(page, "button[value=review]")
    assert page.inner_text('[data-path="asr.beam_size"] ins') == "5"
    press(page, "button[value=save]")
    assert "1" in page.inner_text(".notice-success")
    page.fill("[name=beam_size]", "2")
    press(page, "button[value=review]")
    press(page, "button[value=save]")
    page.goto(f"{site}/admin/history")
    press(page, '[data-version="1"] button')
    page.goto(f"{site}/admin/settings/asr")
    assert page.input_value("[name=beam_size]") == "5"
    assert complaints == []


def test_the_browser_checks_by_the_schema_before_anything_is_sent(page: Any, site: str) -> None:
    page.goto(f"{site}/admin/settings/asr")
    page.fill("[name=beam_size]", "50")
    page.click("button[value=review]")
    assert page.evaluate("document.querySelector('[name=beam_size]').validity.rangeOverflow")
    assert not page.is_visible(".review")
    page.goto("about:blank")
    page.goto(f"{site}/admin/settings/branding")
    page.fill("[name=accent]", "green")
    page.click("button[value=review]")
    assert page.evaluate("document.querySelector('[name=accent]').validity.patternMismatch")


def test_leaving_with_unsaved_changes_is_asked_about(page: Any, site: str) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.goto(f"{site}/admin/settings/thresholds")
    page.click("[name=answer_within_seconds]")
    page.keyboard.press("End")
    page.keyboard.type("0")
    page.goto(f"{site}/admin/history")
    assert asked == ["beforeunload"]


def test_a_test_button_answers_in_place_and_keeps_what_was_typed(
    page: Any, site: str, complaints: list[str]
) -> None:
    page.goto(f"{site}/admin/settings/llm")
    page.fill("[name=endpoint]", "http://127.0.0.1:9")
    page.click('button[value="test:ollama"]')
    page.wait_for_selector(".finding")
    assert "127.0.0.1" in page.inner_text(".finding")
    assert page.input_value("[name=endpoint]") == "http://127.0.0.1:9"
    page.goto("about:blank")
    page.goto(f"{site}/admin/settings/integrations.database")
    page.click('button[value="test:database"]')
    page.wait_for_selector('[data-working="true"]')
    assert complaints == []


def test_a_secret_is_shown_once_in_the_browser(page: Any, site: str) -> None:
    row = '[data-secret-name="metabase.api_key"]'
    page.goto(f"{site}/admin/secrets")
    page.fill(f"{row} [name=value]", "mb_hidden")
    press(page, f"{row} button[value=put]")
    assert "mb_hidden" not in page.content()
    press(page, f"{row} button[value=reveal]")
    assert page.inner_text("[data-secret]") == "mb_hidden"
    page.goto(f"{site}/admin/secrets")
    assert page.locator(f"{row} button[value=reveal]").count() == 0


def test_name_and_colour_show_on_every_page_at_once(page: Any, site: str) -> None:
    page.goto(f"{site}/admin/settings/branding")
    page.fill("[name=company_name]", "Тёплый дом")
    page.fill("[name=accent]", "#0a7d5a")
    press(page, "button[value=review]")
    press(page, "button[value=save]")
    page.goto(f"{site}/admin/audit")
    assert "Тёплый дом" in page.inner_text(".rail-brand")
    colour = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")
    assert colour.strip().lower() == "#0a7d5a"


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(1280, "light", "ru"), (390, "dark", "en"), (390, "light", "ru")]
)
def test_pages_fit_their_width_and_complain_of_nothing(
    browser: Any, site: str, complaints: list[str], width: int, theme: str, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    cookies = {"synapse_language": language, "synapse_theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    page = context.new_page()
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    wide = []
    for name in PAGES:
        page.goto(f"{site}/admin/{name}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
    assert wide == []
    assert complaints == []
