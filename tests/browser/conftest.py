"""A real server for this machine's administrator, and a Chromium in front of it."""

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


def press(page: Any, selector: str) -> None:
    """Click and wait for the page that answers."""
    with page.expect_navigation():
        page.click(selector)
