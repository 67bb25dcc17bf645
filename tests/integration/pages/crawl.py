"""Everything that answers GET: by following links, and by the list of routes."""

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.route_list import every_route
from tests.integration.pages.company import CARD_ID, CHAT_ID

HOST = "http://127.0.0.1"
# Of addresses that differ only in numbers and in the values of their query, so many are asked.
MOST_ALIKE = 4
_LINKS = ("href", "src", "action", "hx-get", "data-href", "data-src", "data-url")
_PARAMETER = re.compile(r"{(\w+)(?::path)?}")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and (given.get("method") or "get").lower() != "get":
            return
        self.found += [value for name in _LINKS if (value := given.get(name))]


def _kind(address: str) -> tuple[object, ...]:
    parts = urlsplit(address)
    return re.sub(r"\d+", "9", parts.path), tuple(sorted({name for name, _ in parse_qsl(parts.query)}))


def every_address(app: FastAPI) -> Iterator[str]:
    """Every address that answers GET; parameters are taken from what is in the company."""
    values = {
        "conversation_id": (CARD_ID, CHAT_ID),
        "contact_id": ("1", "2"),
        "recording_id": ("1",),
        "source": ("asterisk_cdr", "onec_receipts"),
        "colour": ("2f6fed",),
    }
    for route in every_route(app):
        if route.method != "GET":
            continue
        parameter = _PARAMETER.search(route.path)
        if parameter is None:
            yield route.path
            continue
        for value in values.get(parameter[1], ("asr", "privacy", "1")):
            yield _PARAMETER.sub(value, route.path)


def crawl(client: TestClient, starts: Iterator[str]) -> Iterator[tuple[str, int, str]]:
    """Ask for the start page, the other starts and whatever they link to; yield address, status and text."""
    waiting = deque(["/", *starts])
    seen: set[str] = set()
    alike: dict[tuple[object, ...], int] = {}
    while waiting:
        address = waiting.popleft()
        kind = _kind(address)
        if address in seen or alike.get(kind, 0) >= MOST_ALIKE or address.startswith("/static/"):
            continue
        seen.add(address)
        alike[kind] = alike.get(kind, 0) + 1
        answer = client.get(address)
        is_text = re.search("html|json|csv|text|xml", answer.headers.get("content-type", ""))
        text = answer.text if is_text else ""
        yield address, answer.status_code, text
        links = _Links()
        if "html" in answer.headers.get("content-type", ""):
            links.feed(text)
        found = [*links.found, *filter(None, [answer.headers.get("location")])]
        for link in (urljoin(f"{HOST}{address}", one) for one in found):
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" == HOST:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
