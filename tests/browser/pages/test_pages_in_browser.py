"""The pages in a real browser: no complaints, no sideways scrolling, numbers lead to their rows, sound."""

import re
import time
from typing import Any

import pytest

from tests.browser.pages.conftest import CHROMIUM, ReaderOf
from tests.integration.pages.company import CARD_ID, CHAT_ID

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="the pages in a browser: no Chromium on this machine"),
]

PAGES = [
    "/",
    "/reports",
    "/leaks",
    "/inbox",
    "/receipts",
    "/recordings",
    f"/conversations/{CARD_ID}",
    f"/conversations/{CHAT_ID}",
    "/admin/sources",
]


def until(page: Any, expression: str, seconds: float = 20) -> None:
    """Wait until an expression is true; not by ``wait_for_function``, whose eval the pages forbid."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


@pytest.mark.parametrize(("language", "theme"), [("ru", "light"), ("en", "dark")])
def test_no_page_makes_the_browser_complain(reader_of: ReaderOf, language: str, theme: str) -> None:
    reader = reader_of(language=language, theme=theme)
    for address in PAGES:
        page = reader.open(address)
        assert page.locator("h1").inner_text()
    assert reader.complaints == []


@pytest.mark.parametrize("width", [390, 1024])
def test_no_page_scrolls_sideways(reader_of: ReaderOf, width: int) -> None:
    reader = reader_of(width=width)
    wide = {}
    for address in PAGES:
        scrolled = reader.open(address).evaluate("document.documentElement.scrollWidth")
        if scrolled > width:
            wide[address] = scrolled
    assert wide == {}


def test_pages_are_readable_without_scripts(reader_of: ReaderOf) -> None:
    reader = reader_of(scripts=False)
    page = reader.open("/reports")
    assert page.locator(".figure-value").first.is_visible()
    assert page.locator(".heat td a").first.is_visible()
    page.locator("details.fold summary").first.click()
    assert page.locator("details.fold table").first.is_visible()
    assert reader.open("/leaks").locator("form[data-filters] button").is_visible()
    assert reader.open(f"/conversations/{CARD_ID}").locator("audio[controls]").is_visible()


def test_a_click_on_a_figure_opens_the_list_with_as_many_rows(reader_of: ReaderOf) -> None:
    reader = reader_of()
    for address, figure in (
        ("/", "waiting_calls"),
        ("/reports?days=7", "lost"),
        ("/reports?days=7", "missed"),
    ):
        link = reader.open(address).locator(f'[data-figure="{figure}"] a.goes-to')
        promised = int(link.get_attribute("data-count"))
        link.click()
        reader.page.wait_for_load_state("networkidle")
        assert int(reader.page.locator("[data-found]").get_attribute("data-found")) == promised
        while (more := reader.page.locator(".more a")).count():
            before = reader.page.locator("tr[data-row]").count()
            more.click()
            until(reader.page, f"document.querySelectorAll('tr[data-row]').length > {before}")
        assert reader.page.locator("tr[data-row]").count() == promised
    assert reader.complaints == []


def test_a_bar_of_the_chart_leads_to_the_leaks_of_its_day(reader_of: ReaderOf) -> None:
    reader = reader_of()
    canvas = reader.open("/reports?days=7").locator("canvas[data-drawn]").first
    box = canvas.bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.8)
    reader.page.wait_for_url(re.compile(r"/leaks\?from=\d{4}-\d\d-\d\d"))


def test_a_question_mark_opens_the_exact_definition_inside_the_window(reader_of: ReaderOf) -> None:
    for width in (390, 1280):
        reader = reader_of(width=width)
        reader.open("/reports")
        for index in range(3):
            reader.page.locator(".figure .tip summary").nth(index).click()
            box = reader.page.locator(".figure .tip[open] .tip-body").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        assert reader.page.locator(".tip[open]").count() == 1
        reader.page.keyboard.press("Escape")
        assert reader.page.locator(".tip[open]").count() == 0


def test_the_sound_plays_seeks_and_the_words_follow(reader_of: ReaderOf) -> None:
    reader = reader_of()
    page = reader.open(f"/conversations/{CARD_ID}")
    until(page, "document.querySelector('audio').readyState >= 1")
    assert page.evaluate("document.querySelector('audio').duration") == pytest.approx(20.0, abs=0.1)
    page.locator('button[data-seek="10.2"]').click()
    until(page, "!document.querySelector('audio').paused")
    until(page, "document.querySelector('audio').currentTime > 10.5")
    assert page.locator(".said.is-now").get_attribute("id") == "s3"
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("Space")
    until(page, "document.querySelector('audio').paused")
    box = page.locator("[data-lanes]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 10)
    until(page, "Math.abs(document.querySelector('audio').currentTime - 10) < 1.5")
    assert float(page.locator("[data-playhead]").get_attribute("x1")) > 400
    assert reader.complaints == []


def test_evidence_jumps_to_its_second(reader_of: ReaderOf) -> None:
    reader = reader_of()
    page = reader.open(f"/conversations/{CARD_ID}")
    until(page, "document.querySelector('audio').readyState >= 1")
    page.locator(".quote a[data-seek]").first.click()
    until(page, "document.querySelector('audio').currentTime >= 3")
    assert page.evaluate("document.querySelector('audio').currentTime") < 6


def test_slash_goes_to_the_search_and_finds_what_was_said(reader_of: ReaderOf) -> None:
    reader = reader_of()
    page = reader.open("/")
    page.keyboard.press("/")
    page.keyboard.type("замерщик")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox"))
    assert page.locator("tr[data-row]").count() == 1


def test_theme_and_language_change_and_stay(reader_of: ReaderOf) -> None:
    reader = reader_of(theme="light")
    page = reader.open("/")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("[data-theme-switch]").click()
    until(page, "document.documentElement.dataset.theme === 'dark'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    until(page, "document.querySelector('[data-theme-switch]').href.includes('theme=light')")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.locator('a[hreflang="en"]').click()
    page.wait_for_load_state("networkidle")
    assert page.locator(".rail-link[aria-current]").inner_text().strip() == "Today"
    assert reader.complaints == []


def test_a_filter_applies_as_soon_as_it_is_chosen(reader_of: ReaderOf) -> None:
    page = reader_of().open("/leaks?days=30")
    page.locator('select[name="kind"]').select_option("missed_call")
    page.wait_for_url(re.compile("kind=missed_call"))
    assert "agent=" not in page.url
    assert "days=30" in page.url


def test_reasons_of_refused_rows_open_in_place(reader_of: ReaderOf) -> None:
    reader = reader_of()
    page = reader.open("/admin/sources")
    page.locator('a[aria-controls="rejects-asterisk_cdr"]').click()
    page.locator("#rejects-asterisk_cdr code").first.wait_for()
    assert page.url.endswith("/admin/sources")
    assert reader.complaints == []


def test_a_receipt_is_judged_in_the_list_and_the_list_stays(reader_of: ReaderOf) -> None:
    reader = reader_of()
    page = reader.open("/receipts?days=90&status=matched")
    row = page.locator("tr[data-row]").first
    row.get_by_role("button", name="Не это").click()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/receipts?days=90&status=matched")
    assert "Решено: не оно" in row.inner_text()
    row.get_by_role("button", name="Это обращение").click()
    page.wait_for_load_state("networkidle")
    assert "Решено: это оно" in row.inner_text()
    assert reader.complaints == []


def test_the_first_load_is_light(reader_of: ReaderOf) -> None:
    reader = reader_of()
    sizes: list[int] = []
    reader.page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
    reader.open("/reports")
    assert sum(sizes) < 300 * 1024
