"""Chunks, claims and parts: a worker that is cut off loses little, and nothing is done twice."""

import io
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from synapse.database.tables.core import recordings, transcript_segments, transcripts
from synapse.database.tables.speech import hearings, transcript_parts
from synapse.embedded.processes import wait_until
from synapse.environment import PROJECT_ROOT
from synapse.settings.sections import Asr, Settings
from synapse.settings.store import SettingsVersion
from synapse.speech.chunks import Chunk, plan_chunks
from synapse.speech.claims import MOST_ATTEMPTS, claims
from synapse.speech.listening import Listening
from synapse.speech.parts import parts_of
from synapse.speech.pipeline import Outcome, transcribe_chunk
from synapse.speech.recordings import catalogue_recordings
from synapse.speech.transcriber import load_transcriber
from synapse.speech.version import transcript_version
from synapse.speech.way import Way
from synapse.storage import ObjectStore, open_store
from tests.unit.speech import sounds

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTINGS = SettingsVersion(1, Settings())
SAID = (
    (0, "добрый день компания тёплый дом меня зовут анна"),
    (1, "здравствуйте сколько стоит москитная сетка"),
)
TALK = (
    *SAID,
    (0, "замер у нас бесплатный"),
    (1, "хорошо давайте"),
    (0, "записала вас на замер завтра в десять утра"),
    (1, "спасибо до свидания"),
)


def quiet(done: int, total: int, message: str = "") -> None:
    assert 0 < done <= total


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store((tmp_path / "objects").as_uri())


def add(engine: sa.Engine, store: ObjectStore, audio: dict[str, bytes]) -> None:
    for key, data in audio.items():
        store.put(f"recordings/{key}", io.BytesIO(data))
    later = datetime.now(UTC) + timedelta(hours=1)
    catalogue_recordings(engine, store, [f"recordings/{key}" for key in audio], SETTINGS.settings, now=later)
    with engine.begin() as connection:
        connection.execute(sa.update(recordings).values(started_on=DAY))


def plan(engine: sa.Engine, minutes: float = 15, **more: object) -> list[Chunk]:
    version = transcript_version(SETTINGS.settings.asr)
    with engine.connect() as connection:
        return plan_chunks(connection, [DAY], version, chunk_minutes=minutes, **more)  # type: ignore[arg-type]


def hear(engine: sa.Engine, store: ObjectStore, chunk: Chunk, **more: float) -> Outcome:
    return transcribe_chunk(engine, store, chunk, SETTINGS, progress=quiet, **more)  # type: ignore[arg-type]


def words(engine: sa.Engine) -> list[tuple[object, ...]]:
    t = transcript_segments.c
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(t.position, t.speaker, t.start_seconds, t.text).order_by(t.transcript_id, t.position)
        )
        return [tuple(row) for row in rows]


def count(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


@pytest.fixture(scope="module")
def long_call() -> bytes:
    """Twelve minutes of talk that comes round again and again."""
    piece = sounds.spoken(list(TALK), gap=1.2)[0]
    return sounds.wav(np.tile(piece, (1, 12 * 60 * 8_000 // piece.shape[1])))


def test_chunks_hold_their_minutes_and_miss_nothing(engine: sa.Engine, store: ObjectStore) -> None:
    tone = {f"17955328{number:02}.1.wav": sounds.wav(sounds.tone(20, 8_000)) for number in range(7)}
    add(engine, store, tone | {"1795532899.1.wav": sounds.wav(sounds.tone(150, 8_000))})
    chunks = plan(engine, minutes=1)
    assert [len(chunk.recording_ids) for chunk in chunks] == [3, 3, 1, 1]
    assert [chunk.before for chunk in chunks] == [0, 3, 6, 7]
    assert {chunk.total for chunk in chunks} == {8}
    assert len({number for chunk in chunks for number in chunk.recording_ids}) == 8
    (one,) = plan(engine, only=chunks[1].recording_ids[:1], way=Way(inference="sequential"))
    assert (one.recording_ids, one.way.inference) == (chunks[1].recording_ids[:1], "sequential")
    assert Chunk.model_validate_json(one.model_dump_json()) == one


def _killed_in_the_middle(engine: sa.Engine, tmp_path: Path, chunk: Chunk) -> None:
    """Begin a chunk in another process and kill it with -9 after its second part."""
    url = engine.url.render_as_string(hide_password=False)
    arguments = [url, (tmp_path / "objects").as_uri(), chunk.model_dump_json()]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.speech.chunk_process", *arguments], cwd=PROJECT_ROOT
    )
    try:
        assert wait_until(lambda: count(engine, transcript_parts) >= 2 or worker.poll() is not None, 200)
    finally:
        worker.kill()
        worker.wait()
    assert count(engine, transcripts) == 0
    assert count(engine, hearings) == 1


def test_a_long_call_goes_on_from_its_last_part_and_says_the_same(
    engine: sa.Engine, store: ObjectStore, long_call: bytes, tmp_path: Path
) -> None:
    add(engine, store, {"1795532801.1.wav": long_call})
    (chunk,) = plan(engine)
    assert hear(engine, store, chunk).resumed == 0
    whole = words(engine)
    assert len(whole) > 100
    with engine.begin() as connection:
        connection.execute(sa.delete(transcripts))
    _killed_in_the_middle(engine, tmp_path, chunk)

    version, rules = transcript_version(Asr()), load_transcriber(Asr()).window_rules
    with engine.begin() as connection:
        row = connection.execute(sa.select(recordings)).one()
        parts = parts_of(connection, row.id, version=version, etag=row.etag)
    left, everything = Listening((row.key,)), Listening((row.key,))
    left.go_on_from(parts)
    windows = len(list(everything.windows(store, rules)))
    assert 0 < len(list(left.windows(store, rules))) <= windows - 10, "what was saved is not heard again"

    assert hear(engine, store, chunk).resumed == 1
    again = words(engine)
    assert [row[:2] + row[3:] for row in again] == [row[:2] + row[3:] for row in whole]
    assert [row[2] for row in again] == [pytest.approx(row[2], abs=0.1) for row in whole]
    assert (count(engine, transcripts), count(engine, transcript_parts), count(engine, hearings)) == (1, 0, 0)


def test_parts_of_another_way_are_not_used(
    engine: sa.Engine, store: ObjectStore, long_call: bytes, tmp_path: Path
) -> None:
    add(engine, store, {"1795532801.1.wav": long_call})
    (chunk,) = plan(engine)
    _killed_in_the_middle(engine, tmp_path, chunk)
    hear(engine, store, chunk.model_copy(update={"way": Way(inference="by_length")}))
    assert count(engine, transcript_parts) == 0
    said = words(engine)
    assert len({row[1:3] for row in said}) == len(said), "something was said twice"


def test_two_workers_with_the_same_chunk_do_it_once(engine: sa.Engine, store: ObjectStore) -> None:
    sound = sounds.wav(sounds.spoken(list(SAID))[0])
    add(engine, store, {f"17955328{number:02}.1.wav": sound for number in range(6)})
    (chunk,) = plan(engine)
    done: list[Outcome] = []
    workers = [threading.Thread(target=lambda: done.append(hear(engine, store, chunk))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(outcome.transcribed for outcome in done) == 6
    assert count(engine, transcripts) == 6
    with engine.connect() as connection:
        newest = connection.execute(sa.select(sa.func.max(transcripts.c.id))).scalar_one()
    assert newest - 6 < 6
    assert count(engine, hearings) == 0


def test_a_recording_that_breaks_its_workers_is_set_aside(engine: sa.Engine, store: ObjectStore) -> None:
    sound = sounds.wav(sounds.spoken(list(SAID))[0])
    add(engine, store, {"1795532801.1.wav": sound, "1795532802.1.wav": sound})
    (chunk,) = plan(engine)
    bad = chunk.recording_ids[0]
    for _ in range(MOST_ATTEMPTS):
        with claims(engine) as claimed:
            claimed.take(bad, now=NOW)
            claimed._connection.invalidate()  # as a killed process leaves it
            claimed._held.clear()
    outcome = hear(engine, store, chunk)
    assert (outcome.failed, outcome.transcribed) == (1, 1)
    with engine.connect() as connection:
        row = connection.execute(
            sa.select(recordings.c.state, recordings.c.reason).where(recordings.c.id == bad)
        ).one()
    assert row.state == "stuck"
    assert "cut off 3 times" in row.reason
    assert plan(engine) == []


def test_what_a_person_corrected_is_neither_overwritten_nor_replaced(
    engine: sa.Engine, store: ObjectStore
) -> None:
    add(engine, store, {"1795532801.1.wav": sounds.wav(sounds.spoken(list(SAID))[0])})
    (chunk,) = plan(engine)
    hear(engine, store, chunk)
    with engine.begin() as connection:
        connection.execute(sa.update(transcript_segments).values(text="исправлено рукой"))
        connection.execute(sa.update(transcripts).values(corrected_at=NOW))
    other = SettingsVersion(2, Settings(asr=Asr(beam_size=5)))
    again = transcribe_chunk(engine, store, chunk, other, progress=quiet)
    assert again.transcribed == 1, "the new transcript is kept beside it"
    add(engine, store, {"1795532801.1.wav": sounds.wav(sounds.spoken(list(SAID), seed=3)[0])})
    hear(engine, store, chunk)  # other sound under the same settings
    with engine.connect() as connection:
        rows = connection.execute(
            sa.select(transcripts.c.corrected_at, transcripts.c.is_current, transcripts.c.version).order_by(
                transcripts.c.id
            )
        ).all()
        kept = connection.execute(
            sa.select(transcript_segments.c.text)
            .join(transcripts, transcripts.c.id == transcript_segments.c.transcript_id)
            .where(transcripts.c.corrected_at.is_not(None))
        ).scalars()
        assert set(kept) == {"исправлено рукой"}
    assert [(row.corrected_at is not None, row.is_current) for row in rows] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert "corrected" in rows[0].version
