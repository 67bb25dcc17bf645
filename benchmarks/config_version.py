"""`GET /config/version` as workers ask it (API key, ETag), and how soon a saved value is seen."""

import socket
import statistics
import time

from benchmarks._servers import api_on_durable_postgres
from synapse.database.engine import engine_for
from synapse.security.audit import Actor
from synapse.security.key_register import register_key
from synapse.settings.reader import DatabaseSource, SettingsListener, SettingsReader
from synapse.settings.store import save_section

TITLE = "GET /config/version; settings seen by another process"
GOAL = "p99 ≤ 3 ms; ≤ 30 s"
_REQUESTS = 3000
_SAVES = 20


def _ask(connection: socket.socket, request: bytes, status: bytes) -> float:
    began = time.perf_counter()
    connection.sendall(request)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(4096)
    if status not in answer.partition(b"\r\n")[0]:
        raise RuntimeError(f"not {status!r}: {answer[:200]!r}")
    return time.perf_counter() - began


def _seen_after(url: str) -> list[float]:
    """Seconds from each commit until a reader of its own, which hears notifications, has the value."""
    engine = engine_for(url)
    reader = SettingsReader(DatabaseSource(engine))
    listener = SettingsListener(url.replace("+psycopg", ""), reader)
    listener.start()
    time.sleep(1)
    found = []
    try:
        for number in range(_SAVES):
            with engine.begin() as connection:
                values = {"below_score": number}
                wanted = save_section(
                    connection, "review", values, author=Actor("benchmark"), expected_version=None
                )
            began = time.perf_counter()
            while reader.current().version < wanted:
                time.sleep(0.001)
            found.append(time.perf_counter() - began)
    finally:
        listener.stop()
    return found


def run() -> str:
    """Start the API on a Postgres of its own, ask it and save; return latencies."""
    with api_on_durable_postgres() as api:
        with engine_for(api.database_url).begin() as connection:
            key = register_key(connection, name="bench", scopes=["settings"], author=Actor("benchmark"))
        request = (
            f"GET /config/version HTTP/1.1\r\nHost: 127.0.0.1:{api.port}\r\n"
            f'Authorization: Bearer {key}\r\nIf-None-Match: "1"\r\n\r\n'
        ).encode()
        bare = f"HEAD /health/live HTTP/1.1\r\nHost: 127.0.0.1:{api.port}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", api.port), timeout=10) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(200):
                _ask(connection, request, b" 304 ")
            # In turn, so that whatever else the machine does falls on both alike.
            pairs = [
                (_ask(connection, request, b" 304 "), _ask(connection, bare, b" 405 "))
                for _ in range(_REQUESTS)
            ]
        seen = _seen_after(api.database_url)
    asked, nothing = (sorted(column) for column in zip(*pairs, strict=True))
    return (
        f"median {_ms(statistics.median(asked))}, p99 {_ms(asked[int(_REQUESTS * 0.99)])}"
        f" (a route that does nothing: {_ms(statistics.median(nothing))},"
        f" {_ms(nothing[int(_REQUESTS * 0.99)])});"
        f" seen after {_ms(statistics.median(seen))}, worst {_ms(max(seen))}"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
