"""Administrators' pages in a browser: warnings, checks before sending, tests, widths, themes, languages."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.app import create_app
from synapse.embedded.postgres import free_port
from synapse.embedded.processes import wait_until
from synapse.environment import load_environment
from synapse.security.master_key import ensure_key_file

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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


@pytest.fixture
def site(home: Path) -> Iterator[str]:
    """A real server of this machine's administrator."""
    ensure_key_file(home / "master.key")
    port = free_port()
    config = uvicorn.Config(create_app(load_environment()), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, seconds=30)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the console and scripts complained about."""
    return []


@pytest.fixture
def page(browser: Any, complaints: list[str]) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def _press(page: Any, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def test_a_setting_goes_from_the_form_to_the_history_and_back(
    page: Any, site: str, complaints: list[str]
) -> None:
    page.goto(f"{site}/admin/settings/asr")
    assert not page.is_visible(".dirty")
    page.fill("[name=beam_size]", "5")
    assert page.is_visible(".dirty")
    _press(page, "button[value=review]")
    assert page.inner_text('[data-path="asr.beam_size"] ins') == "5"
    _press(page, "button[value=save]")
    assert "1" in page.inner_text(".notice-success")
    page.fill("[name=beam_size]", "2")
    _press(page, "button[value=review]")
    _press(page, "button[value=save]")
    page.goto(f"{site}/admin/history")
    _press(page, '[data-version="1"] button')
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
    _press(page, f"{row} button[value=put]")
    assert "mb_hidden" not in page.content()
    _press(page, f"{row} button[value=reveal]")
    assert page.inner_text("[data-secret]") == "mb_hidden"
    page.goto(f"{site}/admin/secrets")
    assert page.locator(f"{row} button[value=reveal]").count() == 0


def test_name_and_colour_show_on_every_page_at_once(page: Any, site: str) -> None:
    page.goto(f"{site}/admin/settings/branding")
    page.fill("[name=company_name]", "Тёплый дом")
    page.fill("[name=accent]", "#0a7d5a")
    _press(page, "button[value=review]")
    _press(page, "button[value=save]")
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
