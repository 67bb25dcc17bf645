"""A day's recordings on Celery workers over a real RabbitMQ: the same result, even if a worker is killed."""

import contextlib
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from synapse.database.engine import engine_for
from synapse.database.tables.core import recordings, transcript_segments, transcripts
from synapse.database.tables.speech import hearings, transcript_parts
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.embedded.processes import wait_until
from tests.conftest import sqlalchemy_url
from tests.integration.scale.conftest import CALLS, install
from tests.integration.scale.rabbitmq import REASON, SERVER

pytestmark = [pytest.mark.skipif(SERVER is None, reason=REASON), pytest.mark.timeout(600)]


@pytest.fixture
def second_engine(postgres: EmbeddedPostgres) -> Iterator[sa.Engine]:
    """Another fresh migrated database."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    engine = engine_for(sqlalchemy_url(postgres, name))
    yield engine
    engine.dispose()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _words(engine: sa.Engine) -> list[tuple[Any, ...]]:
    t = transcript_segments.c
    query = (
        sa.select(recordings.c.key, t.position, t.speaker, t.start_seconds, t.end_seconds, t.text)
        .select_from(transcript_segments)
        .join(transcripts, transcripts.c.id == t.transcript_id)
        .join(recordings, recordings.c.id == transcripts.c.recording_id)
        .order_by(recordings.c.key, t.position)
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _count(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _busy_worker(engine: sa.Engine) -> int | None:
    """Process id of whoever hears a recording now."""
    with engine.connect() as connection:
        found = connection.execute(sa.select(hearings.c.worker).limit(1)).scalar()
    return int(found.rpartition(":")[2]) if found else None


def _parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("PPid:")))


def test_two_workers_give_what_one_process_gives_though_one_is_killed_in_the_middle(
    tmp_path: Path,
    postgres: EmbeddedPostgres,
    engine: sa.Engine,
    second_engine: sa.Engine,
    calls: dict[str, bytes],
    broker: str,
) -> None:
    alone = install(tmp_path / "alone", postgres, engine, calls)
    assert alone.transcribe().wait(300) == 0, alone.log("run")
    many = install(tmp_path / "many", postgres, second_engine, calls, executor="celery", broker_url=broker)
    workers = {name: many.worker(name) for name in ("anna", "boris")}
    run = many.transcribe()
    try:
        killed = _kill_a_busy_worker(second_engine, workers)
        assert run.wait(300) == 0, many.log("run") + many.log("anna") + many.log("boris")
    finally:
        for process in (run, *workers.values()):
            _kill(process)

    assert _count(second_engine, transcripts) == CALLS
    with second_engine.connect() as connection:
        current = connection.execute(sa.select(transcripts.c.recording_id, transcripts.c.is_current)).all()
        newest = connection.execute(sa.select(sa.func.max(transcripts.c.id))).scalar_one()
    assert len({row.recording_id for row in current if row.is_current}) == CALLS
    assert newest == CALLS, "a recording was written twice"
    assert _count(second_engine, hearings) == 0
    assert _count(second_engine, transcript_parts) == 0
    words = _words(second_engine)
    assert len(words) > CALLS
    alone_words = _words(engine)
    assert [row[:3] + row[5:] for row in words] == [row[:3] + row[5:] for row in alone_words]
    # A worker that goes on has other windows in its batches, which moves where a word ends.
    times = [row[3:5] for row in words]
    assert times == [pytest.approx(row[3:5], abs=0.5) for row in alone_words]
    (survivor,) = set(workers) - {killed}
    assert "succeeded" in many.log(survivor)


def _kill_a_busy_worker(engine: sa.Engine, workers: dict[str, "subprocess.Popen[bytes]"]) -> str:
    """Kill the whole worker that hears a recording, with -9; its claim is still there when it is dead."""
    found: list[int] = []

    def is_busy() -> bool:
        pid = _busy_worker(engine)
        if pid is not None and 2 <= _count(engine, transcripts) < CALLS:
            found.append(pid)
        return bool(found)

    assert wait_until(is_busy, 240), "no worker took a chunk"
    parent = _parent(found[0])
    (name,) = [name for name, process in workers.items() if process.pid in (found[0], parent)]
    os.killpg(workers[name].pid, signal.SIGKILL)
    workers[name].wait()
    assert _count(engine, transcripts) < CALLS
    return name


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
