"""Killed, doubled and enormous loads end in the same rows."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from synapse.database.tables.raw import call_records, files, queue_events, ready_transcripts, web_events
from synapse.environment import PROJECT_ROOT
from synapse.landing.load import load_pending
from tests.integration.landing.conftest import NOW, Landing
from tests.integration.landing.test_asterisk_files import LOG, MASTER, cdr, queue_line
from tests.integration.landing.test_json_files import WEB, event
from tests.integration.landing.test_receipt_files import HEADER, ROW

SOURCES = ["asterisk_cdr", "asterisk_queue_log", "web_events", "ready_transcripts"]
TRANSCRIPT = '{"segments": [{"start": 0, "end": 1, "text": "алло"}]}'


@dataclass
class Loaders:
    """Loaders in processes of their own; see :mod:`tests.integration.landing.forking_loader`."""

    process: "subprocess.Popen[str]"

    def start(self, landing: Landing, sources: list[str]) -> int:
        """Start one and return its process id."""
        database = landing.engine.url.render_as_string(hide_password=False)
        store = landing.store.root.as_uri()
        return int(self._ask({"database": database, "store": store, "sources": sources})["pid"])

    def wait(self, pid: int) -> tuple[int, int]:
        """Exit status and greatest memory, KiB, once it has ended."""
        answer = self._ask({"pid": pid})
        return answer["status"], answer["peak_kib"]

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def loaders() -> Iterator[Loaders]:
    """Importing takes a second: all tests share the process that has done it."""
    command = [sys.executable, "-m", "tests.integration.landing.forking_loader"]
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield Loaders(process)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(20)


def fill(landing: Landing) -> None:
    landing.put(MASTER, "".join(cdr(number) for number in range(4000)))
    landing.put(LOG, "".join(queue_line(number) for number in range(8000)))
    landing.put(WEB, "".join(event(number) for number in range(2000)))
    for number in range(60):
        landing.put(f"landing/transcripts/{number}.{number}.json", TRANSCRIPT)


def counts(landing: Landing) -> list[int]:
    return [landing.count(table) for table in (call_records, queue_events, web_events, ready_transcripts)]


def test_a_load_killed_at_any_moment_is_finished_by_the_next(landing: Landing, loaders: Loaders) -> None:
    fill(landing)
    rng = Random(7)
    for most in (0.05, 0.1, 0.2, 0.4, 0.8):
        loader = loaders.start(landing, SOURCES)
        time.sleep(rng.uniform(most / 2, most))
        os.kill(loader, signal.SIGKILL)
        loaders.wait(loader)
        assert all(
            found in {0, whole} for found, whole in zip(counts(landing)[:3], (4000, 8000, 2000), strict=True)
        ), "a part of a file is seen"
    for source in SOURCES:
        load_pending(landing.engine, landing.store, source, landing.settings, now=NOW)
    assert counts(landing) == [4000, 8000, 2000, 60]
    with landing.engine.connect() as connection:
        states = connection.execute(
            sa.select(files.c.state, sa.func.sum(files.c.rows_loaded)).group_by("state")
        ).all()
    assert [tuple(row) for row in states] == [("loaded", 14_060)]


def test_two_processes_at_once_load_every_row_once(landing: Landing, loaders: Loaders) -> None:
    fill(landing)
    both = [loaders.start(landing, SOURCES) for _ in range(2)]
    assert [loaders.wait(loader)[0] for loader in both] == [0, 0]
    assert counts(landing) == [4000, 8000, 2000, 60]
    assert landing.pending("asterisk_cdr") == []
    with landing.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.sum(files.c.rows_loaded))).scalar_one() == 14_060


def receipts_file(numbers: range) -> str:
    return HEADER + "".join(ROW.replace("КА-1", f"КА-{number}") for number in numbers)


@pytest.mark.parametrize(
    ("source", "key", "content"),
    [
        ("asterisk_cdr", "landing/asterisk/cdr-{}.csv", lambda numbers: "".join(map(cdr, numbers))),
        ("asterisk_queue_log", LOG + "-{}", lambda numbers: "".join(map(queue_line, numbers))),
        ("onec_receipts", "landing/1c/{}.csv", receipts_file),
        ("web_events", "landing/web/{}.jsonl", lambda numbers: "".join(map(event, numbers))),
    ],
)
def test_memory_does_not_grow_with_the_file(
    landing: Landing, loaders: Loaders, source: str, key: str, content: Callable[[range], str]
) -> None:
    """Ten times the rows of a file that has many blocks already."""
    peaks = []
    for numbers in (range(3000), range(3000, 33_000)):
        landing.put(key.format(len(numbers)), content(numbers))
        status, peak = loaders.wait(loaders.start(landing, [source]))
        assert status == 0
        peaks.append(peak)
    with landing.engine.connect() as connection:
        loaded = connection.execute(sa.select(sa.func.sum(files.c.rows_loaded))).scalar_one()
    assert loaded == 33_000
    assert peaks[1] - peaks[0] < 4 * 1024, f"{peaks} KiB"
