"""What was acknowledged is stored, once, whatever is killed meanwhile."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from synapse.embedded.postgres import EmbeddedPostgres
from synapse.embedded.processes import wait_until

BLOG_KEY = "blog-write-key-0001"


class Visitors:
    """Threads that send batches without pause and repeat each until it is acknowledged, as the tag does."""

    def __init__(self, url: str) -> None:
        self.acknowledged: set[str] = set()
        self.refusals: list[int] = []
        self._url = url
        self._stop = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Send inside the block."""
        threads = [threading.Thread(target=self._send) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def more(self, count: int = 40) -> bool:
        """Whether `count` more events are acknowledged within some seconds."""
        goal = len(self.acknowledged) + count
        return wait_until(lambda: len(self.acknowledged) >= goal, 60)

    def _send(self) -> None:
        with httpx.Client(base_url=self._url, headers={"X-Synapse-Key": BLOG_KEY}, timeout=20) as client:
            while not self._stop.is_set():
                batch = [
                    {
                        "event_id": str(uuid4()),
                        "occurred_at": datetime.now(UTC).isoformat(),
                        "event": "scroll",
                    }
                    for _ in range(5)
                ]
                ids = {str(event["event_id"]) for event in batch}
                while not self._stop.is_set() and not self._posted(client, batch):
                    time.sleep(0.05)
                if not self._stop.is_set():
                    self.acknowledged |= ids

    def _posted(self, client: httpx.Client, batch: list[dict[str, Any]]) -> bool:
        try:
            answer = client.post("/events", json=batch)
        except httpx.HTTPError:
            return False
        if answer.status_code != 200:
            self.refusals.append(answer.status_code)
        return answer.status_code == 200


def stored_ids(server: EmbeddedPostgres) -> list[str]:
    with psycopg.connect(server.url("events")) as connection:
        return [str(row[0]) for row in connection.execute("select event_id from raw.web_events")]


def kill(server: EmbeddedPostgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)


def test_nothing_acknowledged_is_lost_or_doubled_when_postgres_and_the_api_are_killed(
    mortal_postgres: EmbeddedPostgres, mortal_api: Any
) -> None:
    api = mortal_api
    spool = api.home / "spool"
    visitors = Visitors(api.url)
    with visitors.at_work():
        assert visitors.more(), "the API takes events"
        kill(mortal_postgres)
        assert visitors.more(), "the API takes events while Postgres is away"
        assert list(spool.glob("*.events"))
        api.kill()
        api.start()
        assert visitors.more(), "an API that starts while Postgres is away takes events"
        mortal_postgres.start()
        assert wait_until(lambda: not list(spool.glob("*.events")), 60), "the spool drains by itself"
        assert visitors.more(), "events go straight to Postgres again"
        assert not list(spool.glob("*.events"))
        api.kill()
        api.start()
        assert visitors.more()
    stored = stored_ids(mortal_postgres)
    assert len(stored) == len(set(stored))
    assert visitors.acknowledged <= set(stored)
    assert visitors.refusals == []


def test_a_postgres_that_hangs_holds_up_no_visitor_for_ever(
    mortal_postgres: EmbeddedPostgres, mortal_api: Any
) -> None:
    api = mortal_api
    with psycopg.connect(mortal_postgres.url("events"), autocommit=True) as blocker:
        blocker.execute("begin; lock table raw.web_events in access exclusive mode")
        headers = {"X-Synapse-Key": BLOG_KEY}
        event = {"event_id": str(uuid4()), "occurred_at": datetime.now(UTC).isoformat(), "event": "scroll"}
        answer = httpx.post(f"{api.url}/events", json=event, headers=headers, timeout=20)
        assert answer.json() == {"accepted": 1, "rejected": []}
        assert list((api.home / "spool").glob("*.events"))
        blocker.execute("rollback")
    assert wait_until(lambda: event["event_id"] in stored_ids(mortal_postgres), 60)


def test_what_waits_is_stored_before_an_ordered_stop(
    mortal_postgres: EmbeddedPostgres, mortal_api: Any
) -> None:
    api = mortal_api
    visitors = Visitors(api.url)
    with visitors.at_work():
        assert visitors.more()
        api.stop()
    stored = stored_ids(mortal_postgres)
    api.start()
    assert visitors.acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
