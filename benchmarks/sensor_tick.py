"""A tick of the recordings' sensor over a folder that already holds very many known objects."""

import os
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import psycopg

from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.settings.sections import Settings
from synapse.speech.recordings import fresh_keys
from synapse.storage import open_store

TITLE = "Sensor tick with a million recordings stored, one of them new"
GOAL = "≤ 1 s, proportional to what is new"
OBJECTS = int(os.environ.get("SYNAPSE_BENCH_OBJECTS", "1000000"))
A_DAY = 500
FIRST_DAY = date(2020, 1, 1)
TICKS = 5


def _keys() -> list[tuple[str, date]]:
    days = [FIRST_DAY + timedelta(days=number // A_DAY) for number in range(OBJECTS)]
    return [
        (f"recordings/{day:%Y/%m/%d}/{1577836800 + number}.{number}.wav", day)
        for number, day in enumerate(days)
    ]


def _fill(folder: Path, url: str) -> str:
    """Make empty objects and their catalogue; the last one is left out of it. Returns its key."""
    keys = _keys()
    store = open_store(folder.as_uri())
    for key, _ in keys:
        path = folder / key
        try:
            path.touch()
        except FileNotFoundError:
            path.parent.mkdir(parents=True)
            path.touch()
    with psycopg.connect(url) as connection:
        columns = "key, state, size_bytes, etag, modified_at, started_on"
        command = f"copy core.recordings ({columns}) from stdin"
        with connection.cursor().copy(command) as copy:
            for key, day in keys[:-1]:
                info = store.stat(key)
                copy.write_row((key, "empty", info.size, info.etag, info.modified_at, day))
        connection.execute("analyze core.recordings")
    return keys[-1][0]


def run() -> str:
    """Fill a store and a catalogue, then time ticks; the new object must be the only one found."""
    with tempfile.TemporaryDirectory(prefix="synapse-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres may run as another user
        with EmbeddedPostgres(folder / "postgres", durable=False) as server:
            server.ensure_database("bench")
            url = server.url("bench")
            engine = engine_for(url.replace("postgresql://", "postgresql+psycopg://"))
            migrate(engine)
            new = _fill(folder / "storage", url)
            store = open_store((folder / "storage").as_uri())
            times = []
            for _ in range(TICKS):
                began = time.perf_counter()
                found = list(fresh_keys(engine, store, Settings()))
                times.append(time.perf_counter() - began)
                assert found == [new], f"{len(found)} found"
            engine.dispose()
    return f"{sorted(times)[TICKS // 2] * 1000:.0f} ms with {OBJECTS:,} objects"
