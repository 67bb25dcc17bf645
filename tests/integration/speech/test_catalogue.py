"""The catalogue of recordings on a real database and a real folder."""

import io
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from synapse.database.tables.core import recordings, transcripts
from synapse.settings.sections import Settings
from synapse.speech.recordings import Catalogue, catalogue_recordings, fresh_keys
from synapse.storage import ObjectStore, open_store
from tests.unit.speech import sounds

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
OLD = NOW - timedelta(hours=1)
SETTINGS = Settings()
DAY = "recordings/2026/11/24/"


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return open_store((tmp_path / "objects").as_uri())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "objects"


def put(root: Path, key: str, data: bytes, modified_at: datetime = OLD) -> None:
    path = root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (modified_at.timestamp(), modified_at.timestamp()))


def look(engine: sa.Engine, store: ObjectStore, *, full: bool = False, now: datetime = NOW) -> Catalogue:
    keys = None if full else list(fresh_keys(engine, store, SETTINGS))
    return catalogue_recordings(engine, store, keys, SETTINGS, now=now, settle_seconds=0)


def rows(engine: sa.Engine) -> dict[str, sa.Row]:
    with engine.connect() as connection:
        return {row.key: row for row in connection.execute(sa.select(recordings))}


def test_each_kind_of_object_has_its_state_and_reason(
    engine: sa.Engine, store: ObjectStore, root: Path
) -> None:
    put(root, f"{DAY}good.wav", sounds.wav(sounds.tone(2, 8_000, 2)))
    put(root, f"{DAY}mislabelled.wav", sounds.encode(sounds.tone(2, 16_000), "mp3", "libmp3lame", 16_000))
    put(root, f"{DAY}none.wav", b"")
    put(root, f"{DAY}header.wav", sounds.wav(np.zeros((1, 0), np.float32)))
    put(root, f"{DAY}text.wav", b"this is no sound " * 50)
    put(root, f"{DAY}short.wav", sounds.wav(sounds.tone(0.2, 8_000)))
    put(root, f"{DAY}silent.wav", sounds.wav(np.zeros((2, 16_000), np.float32)))
    catalogue = look(engine, store)
    found = {key.removeprefix(DAY): row for key, row in rows(engine).items()}
    assert {key: row.state for key, row in found.items()} == {
        "good.wav": "ready",
        "mislabelled.wav": "ready",
        "none.wav": "empty",
        "header.wav": "empty",
        "text.wav": "not_audio",
        "short.wav": "too_short",
        "silent.wav": "silent",
    }
    assert all(row.reason for key, row in found.items() if row.state != "ready")
    assert found["mislabelled.wav"].codec.startswith("mp3")
    assert (found["good.wav"].channels, found["good.wav"].sample_rate) == (2, 8_000)
    assert found["good.wav"].duration_seconds == pytest.approx(2)
    assert catalogue.total == 7
    assert catalogue.by_state == {"ready": 2, "empty": 2, "not_audio": 1, "too_short": 1, "silent": 1}
    assert look(engine, store).looked_at == 0, "a bad object must not be tried for ever"


def test_a_growing_file_waits_until_it_has_stopped(engine: sa.Engine, root: Path, tmp_path: Path) -> None:
    key = f"{DAY}in-101-79161234597-20261124-205900-1795543140.1.wav"
    whole = sounds.wav(sounds.tone(4, 8_000))
    put(root, key, whole[: len(whole) // 2], NOW)
    growing = _Growing(open_store(root.as_uri()), root / key, whole)
    looked = catalogue_recordings(
        engine, growing, list(fresh_keys(engine, growing, SETTINGS)), SETTINGS, now=NOW, settle_seconds=0
    )
    assert looked.by_state == {"growing": 1}
    store = open_store(root.as_uri())
    assert look(engine, store, now=NOW + timedelta(minutes=2)).by_state == {"ready": 1}
    assert rows(engine)[key].duration_seconds == pytest.approx(4)


class _Growing:
    """A real store whose file is written to once more between two looks."""

    def __init__(self, store: ObjectStore, path: Path, whole: bytes) -> None:
        self._store, self._path, self._whole = store, path, whole
        self.list, self.open = store.list, store.open
        self._looks = 0

    def stat(self, key: str) -> object:
        self._looks += 1
        if self._looks == 2:
            self._path.write_bytes(self._whole)
        return self._store.stat(key)


def test_two_halves_are_one_recording(engine: sa.Engine, store: ObjectStore, root: Path) -> None:
    stem = f"{DAY}external-107-79161234591-20261124-180654-1795532814.137"
    put(root, f"{stem}-out.wav", sounds.wav(sounds.tone(3, 8_000)), NOW - timedelta(minutes=2))
    assert look(engine, store).by_state == {"growing": 1}
    put(root, f"{stem}-in.wav", sounds.wav(sounds.tone(2, 8_000)), NOW - timedelta(minutes=2))
    assert look(engine, store).by_state == {"ready": 1}
    (row,) = rows(engine).values()
    assert (row.key, row.pair_key) == (f"{stem}-in.wav", f"{stem}-out.wav")
    assert row.channels == 2
    assert row.direction == "inbound"
    assert row.duration_seconds == pytest.approx(3)
    assert list(fresh_keys(engine, store, SETTINGS)) == []


def test_a_half_that_stays_alone_is_used_alone(engine: sa.Engine, store: ObjectStore, root: Path) -> None:
    put(root, f"{DAY}1795532814.137-in.wav", sounds.wav(sounds.tone(3, 8_000)))
    assert look(engine, store).by_state == {"ready": 1}


def test_the_day_is_the_companys(engine: sa.Engine, store: ObjectStore, root: Path) -> None:
    key = f"{DAY}in-101-79161234597-20261124-003000-1795469400.1.wav"
    put(root, key, sounds.wav(sounds.tone(2, 8_000)))
    look(engine, store)
    row = rows(engine)[key]
    assert row.started_at == datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    assert row.started_on == date(2026, 11, 24)


def test_only_the_newest_folders_are_listed(engine: sa.Engine, store: ObjectStore, root: Path) -> None:
    for day in (20, 23, 24):
        key = f"recordings/2026/11/{day}/in-1-2-202611{day}-120000-1795532814.{day}.wav"
        put(root, key, sounds.wav(sounds.tone(1, 8_000)))
    look(engine, store)
    late = "recordings/2026/11/20/in-1-2-20261120-130000-1795532814.99.wav"
    newer = "recordings/2026/11/24/external-1-2-20261124-130000-1795532815.1.wav"
    put(root, late, sounds.wav(sounds.tone(1, 8_000)))
    put(root, newer, sounds.wav(sounds.tone(1, 8_000)))
    assert list(fresh_keys(engine, store, SETTINGS)) == [newer]
    look(engine, store)
    assert late not in rows(engine)
    look(engine, store, full=True)
    assert rows(engine)[late].state == "ready"


def test_a_full_look_finds_what_was_rewritten_and_what_is_gone(
    engine: sa.Engine, store: ObjectStore, root: Path
) -> None:
    stays, goes = f"{DAY}stays.wav", f"{DAY}goes.wav"
    put(root, stays, sounds.wav(sounds.tone(1, 8_000)))
    put(root, goes, sounds.wav(sounds.tone(1, 8_000)))
    look(engine, store)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(transcripts).values(
                recording_id=rows(engine)[stays].id,
                version="v",
                is_current=True,
                engine="e",
                model="m",
                text="",
                duration_seconds=1,
            )
        )
    put(root, stays, sounds.wav(sounds.tone(3, 8_000)))
    (root / goes).unlink()
    look(engine, store, full=True)
    found = rows(engine)
    assert found[goes].state == "missing"
    assert found[stays].duration_seconds == pytest.approx(3)
    with engine.connect() as connection:
        assert connection.execute(sa.select(transcripts.c.is_current)).scalar_one() is False
    put(root, goes, sounds.wav(sounds.tone(1, 8_000)))
    look(engine, store, full=True)
    assert rows(engine)[goes].state == "ready"


def test_looking_twice_changes_nothing(engine: sa.Engine, store: ObjectStore, root: Path) -> None:
    put(root, f"{DAY}call.wav", sounds.wav(sounds.tone(1, 8_000)))
    look(engine, store)
    before = rows(engine)
    again = catalogue_recordings(engine, store, [f"{DAY}call.wav"], SETTINGS, now=NOW, settle_seconds=0)
    assert again.total == 1
    assert rows(engine) == before


def test_an_unknown_key_is_no_error(engine: sa.Engine, store: ObjectStore) -> None:
    looked = catalogue_recordings(engine, store, ["recordings/x.wav"], SETTINGS, now=NOW, settle_seconds=0)
    assert looked.total == 0


def test_an_uploaded_object_is_read_like_a_file(engine: sa.Engine, store: ObjectStore) -> None:
    store.put(f"{DAY}upload.wav", io.BytesIO(sounds.wav(sounds.tone(1, 8_000))))
    assert look(engine, store, now=datetime.now(UTC)).by_state == {"ready": 1}
