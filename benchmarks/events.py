"""`POST /events` on one API process and a durable Postgres: events a second, latency of single events."""

import asyncio
import os
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import sqlalchemy as sa

from benchmarks._servers import WRITE_KEY, api_on_durable_postgres
from synapse.database.engine import engine_for
from synapse.database.tables.raw import web_events

TITLE = "`POST /events`, durable, one core"
GOAL = "≥ 3,000 events/s in batches of 20; p99 of a single event ≤ 25 ms"

BATCH = 20
BATCHES = 1500
SINGLES = 1000
CONNECTIONS = 16
SINGLES_PER_SECOND = 100


def _event(number: int) -> dict[str, object]:
    return {
        "event_id": str(uuid.uuid4()),
        "occurred_at": datetime.now(UTC).isoformat(),
        "event_name": ("page_view", "scroll", "phone_click")[number % 3],
        "session_id": f"s{number // 7:012d}",
        "client_id": f"c{number // 20:012d}.1732500000",
        "ga_client_id": "1234567890.1732500000",
        "ym_uid": "1732500000123456789",
        "url": f"https://example.com/windows/{number % 50}?utm_source=yandex&utm_medium=cpc",
        "referrer": "https://yandex.ru/",
        "utm_source": "yandex",
        "utm_medium": "cpc",
        "utm_campaign": f"okna-{number % 10}",
        "scroll_depth": number % 5 * 25,
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
        "consent": {"analytics": True},
        "properties": {"title": "Окна в дом", "viewport": "1280x720"},
    }


def _request(body: bytes) -> bytes:
    head = (
        "POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Synapse-Key: {WRITE_KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection:
    """One keep-alive connection; no HTTP client, so that the measuring costs little."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def post(self, request: bytes) -> float:
        """Send one request and return the seconds until its whole answer is here."""
        began = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(f"{head.decode()}{body.decode()}")
        return time.perf_counter() - began


async def _flood(port: int, requests: Sequence[bytes]) -> float:
    """Send everything over `CONNECTIONS` connections; seconds it took."""
    left = iter(requests)

    async def send() -> None:
        connection = _Connection(*await asyncio.open_connection("127.0.0.1", port))
        for request in left:
            await connection.post(request)

    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(CONNECTIONS)))
    return time.perf_counter() - began


async def _trickle(port: int, requests: Sequence[bytes]) -> list[float]:
    """Send singles at a steady pace, each on a free connection; seconds of each."""
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(_Connection(*await asyncio.open_connection("127.0.0.1", port)))

    async def send(request: bytes) -> float:
        connection = await free.get()
        seconds = await connection.post(request)
        free.put_nowait(connection)
        return seconds

    tasks = []
    for request in requests:
        tasks.append(asyncio.create_task(send(request)))
        await asyncio.sleep(1 / SINGLES_PER_SECOND)
    return list(await asyncio.gather(*tasks))


def _bare_commits(url: str) -> list[float]:
    """Insert and commit single rows at the same pace without an API; seconds of each."""
    rows = [{**_event(number), "occurred_at": datetime.now(UTC), "site": "bare"} for number in range(500)]
    seconds = []
    with engine_for(url).connect() as connection:
        for row in rows:
            began = time.perf_counter()
            connection.execute(sa.insert(web_events), row)
            connection.commit()
            seconds.append(time.perf_counter() - began)
            time.sleep(max(0.0, 1 / SINGLES_PER_SECOND - seconds[-1]))
    return sorted(seconds)


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _stored(url: str) -> int:
    with engine_for(url).connect() as connection:
        return int(connection.execute(sa.text("select count(*) from raw.web_events")).scalar_one())


def run() -> str:
    """Measure and return the figures as text."""
    batches = [
        _request(orjson.dumps([_event(number * BATCH + index) for index in range(BATCH)]))
        for number in range(BATCHES)
    ]
    singles = [_request(orjson.dumps(_event(number))) for number in range(SINGLES)]
    with api_on_durable_postgres() as api:
        asyncio.run(_flood(api.port, [_request(orjson.dumps(_event(number))) for number in range(200)]))
        before = _processor_seconds(api.process.pid)
        seconds = asyncio.run(_flood(api.port, batches))
        processor = _processor_seconds(api.process.pid) - before
        latencies = sorted(asyncio.run(_trickle(api.port, singles)))
        stored = _stored(api.database_url)
        bare = _bare_commits(api.database_url)
    sent = 200 + BATCH * BATCHES + SINGLES
    if stored != sent:
        raise AssertionError(f"{sent} events were acknowledged, {stored} are stored")
    rate = BATCH * BATCHES / seconds
    return (
        f"{rate:,.0f} events/s ({BATCH * BATCHES / processor:,.0f} per second of API processor time); "
        f"singles at {SINGLES_PER_SECOND}/s: "
        f"p50 {_quantile(latencies, 0.5)}, p99 {_quantile(latencies, 0.99)}; "
        f"a bare insert and commit: p50 {_quantile(bare, 0.5)}, p99 {_quantile(bare, 0.99)}"
    )


def _quantile(ordered: Sequence[float], share: float) -> str:
    return f"{ordered[int(share * len(ordered))] * 1000:.1f} ms"
