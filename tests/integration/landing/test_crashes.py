"""Killed, doubled and enormous loads end in the same rows."""

import os
import signal
import subprocess
import sys
import time
from random import Random

import sqlalchemy as sa

from synapse.database.tables.raw import call_records, files, queue_events, ready_transcripts, web_events
from synapse.environment import PROJECT_ROOT
from synapse.landing.load import load_pending
from tests.integration.landing.conftest import NOW, Landing
from tests.integration.landing.test_asterisk_files import LOG, MASTER, cdr, queue_line
from tests.integration.landing.test_json_files import WEB, event

LOADER = """
import sys
from synapse.database.engine import engine_for
from synapse.landing.load import load_pending
from synapse.settings.sections import Settings
from synapse.storage import open_store
print("ready", flush=True)
for source in ("asterisk_cdr", "asterisk_queue_log", "web_events", "ready_transcripts"):
    load_pending(engine_for(sys.argv[1]), open_store(sys.argv[2]), source, Settings())
"""
TRANSCRIPT = '{"segments": [{"start": 0, "end": 1, "text": "алло"}]}'


def start_loader(landing: Landing) -> "subprocess.Popen[bytes]":
    url = landing.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", LOADER, url, landing.store.root.as_uri()],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
    )


def fill(landing: Landing) -> None:
    landing.put(MASTER, "".join(cdr(number) for number in range(4000)))
    landing.put(LOG, "".join(queue_line(number) for number in range(8000)))
    landing.put(WEB, "".join(event(number) for number in range(2000)))
    for number in range(60):
        landing.put(f"landing/transcripts/{number}.{number}.json", TRANSCRIPT)


def counts(landing: Landing) -> list[int]:
    return [landing.count(table) for table in (call_records, queue_events, web_events, ready_transcripts)]


def test_a_load_killed_at_any_moment_is_finished_by_the_next(landing: Landing) -> None:
    fill(landing)
    rng = Random(7)
    for _ in range(4):
        loader = start_loader(landing)
        assert loader.stdout is not None
        assert loader.stdout.readline() == b"ready\n"
        time.sleep(rng.uniform(0.02, 0.8))
        os.kill(loader.pid, signal.SIGKILL)
        loader.wait()
        assert all(
            found in {0, whole} for found, whole in zip(counts(landing)[:3], (4000, 8000, 2000), strict=True)
        ), "a part of a file is seen"
    for source in ("asterisk_cdr", "asterisk_queue_log", "web_events", "ready_transcripts"):
        load_pending(landing.engine, landing.store, source, landing.settings, now=NOW)
    assert counts(landing) == [4000, 8000, 2000, 60]
    with landing.engine.connect() as connection:
        states = connection.execute(
            sa.select(files.c.state, sa.func.sum(files.c.rows_loaded)).group_by("state")
        ).all()
    assert [tuple(row) for row in states] == [("loaded", 14_060)]


def test_two_processes_at_once_load_every_row_once(landing: Landing) -> None:
    fill(landing)
    loaders = [start_loader(landing) for _ in range(2)]
    assert [loader.wait(60) for loader in loaders] == [0, 0]
    assert counts(landing) == [4000, 8000, 2000, 60]
    assert landing.pending("asterisk_cdr") == []
    with landing.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.sum(files.c.rows_loaded))).scalar_one() == 14_060


MEASURED = """
import resource, sys
from synapse.database.engine import engine_for
from synapse.landing.load import load_pending
from synapse.settings.sections import Settings
from synapse.storage import open_store
load_pending(engine_for(sys.argv[1]), open_store(sys.argv[2]), "asterisk_queue_log", Settings())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file(landing: Landing) -> None:
    peaks = []
    url = landing.engine.url.render_as_string(hide_password=False)
    for first, rows in ((0, 50_000), (50_000, 200_000)):
        lines = (
            f"1795530000|{number}.1|500|PJSIP/104|RINGNOANSWER|1000\n"
            for number in range(first, first + rows)
        )
        landing.put(f"{LOG}-{rows}", "".join(lines))
        command = [sys.executable, "-c", MEASURED, url, landing.store.root.as_uri()]
        peaks.append(int(subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True).stdout))
    assert landing.count(queue_events) == 250_000
    assert peaks[1] - peaks[0] < 24 * 1024, f"{peaks} KiB"
