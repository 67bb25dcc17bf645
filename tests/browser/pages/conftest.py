"""A served made-up company and a Chromium to look at it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from synapse.embedded.postgres import free_port
from synapse.embedded.processes import wait_until
from synapse.security.roles import Role
from tests.integration.pages.conftest import company_home, company_url, make_app

__all__ = ["company_home", "company_url"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def site(company_url: str, company_home: Path) -> Iterator[str]:
    """Address of the pages, served by a real server for an administrator."""
    port = free_port()
    app = make_app(company_url, company_home, Role.ADMIN)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, seconds=20)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Reader:
    """A browser window with everything it complained about."""

    page: Any
    site: str
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> Any:
        """Open a page of the site and wait until it is quiet."""
        self.page.goto(self.site + address)
        self.page.wait_for_load_state("networkidle")
        return self.page


ReaderOf = Callable[..., Reader]


@pytest.fixture
def reader_of(browser: Any, site: str) -> Iterator[ReaderOf]:
    """Open a window: ``reader_of(width=390, language="en", theme="dark")``."""
    contexts = []

    def make(width: int = 1280, language: str = "ru", theme: str = "light", scripts: bool = True) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=theme, java_script_enabled=scripts
        )
        context.add_cookies([{"name": "synapse_language", "value": language, "url": site}])
        contexts.append(context)
        reader = Reader(context.new_page(), site)
        reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
        reader.page.on(
            "console",
            lambda message: (
                reader.complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        return reader

    yield make
    for context in contexts:
        context.close()
