"""Back up, lose everything, restore: the same rows, totals and objects."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from synapse.database.engine import engine_for
from synapse.database.tables.app import backups
from synapse.database.tables.core import recordings
from synapse.operations.backups.drill import drill
from synapse.operations.backups.errors import BackupError
from synapse.operations.backups.figures import read_figures
from synapse.operations.backups.keeping import remove_old
from synapse.operations.backups.ledger import last_error, last_good
from synapse.operations.backups.making import Source, make_copy
from synapse.operations.backups.manifest import Manifest
from synapse.operations.backups.objects import read_index
from synapse.operations.backups.place import Place, open_place
from synapse.operations.backups.restoring import (
    choose,
    has_data,
    restore_databases,
    restore_storage,
)
from synapse.settings.sections import Settings
from synapse.settings.store import save_settings
from synapse.storage import ObjectStore, open_store
from tests.integration.pages.company import fill_company

NOW = datetime(2026, 11, 25, 0, 20, tzinfo=UTC)


def quiet(done: int, total: int, message: str) -> None:
    """Report to nobody."""


@pytest.fixture
def objects(tmp_path: Path) -> ObjectStore:
    """A storage with a few objects, one of them with metadata."""
    store = open_store((tmp_path / "storage").as_uri())
    for number in range(5):
        store.put(f"recordings/2026/11/{number}.wav", io.BytesIO(os.urandom(3000)), content_type="audio/wav")
    store.put("landing/1c/чеки.csv", io.BytesIO(b"1;2"), metadata={"origin": "касса"})
    return store


@pytest.fixture
def source(database_url: str, objects: ObjectStore) -> Source:
    """A warehouse with settings, and its objects."""
    engine = engine_for(database_url)
    with engine.begin() as connection:
        save_settings(connection, Settings(), author="test")
    return Source(engine, {"warehouse": database_url.replace("+psycopg", "")}, objects)


@pytest.fixture(params=["", "correct horse battery staple"], ids=["plain", "sealed"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A second place."""
    return open_place((tmp_path / "copies").as_uri(), passphrase=request.param)


@pytest.fixture
def lost(source: Source, tmp_path: Path) -> Iterator[str]:
    """URL of a database that is not there any more, where the copy shall come to."""
    url = source.databases["warehouse"] + "_lost"
    yield url
    with psycopg.connect(source.databases["warehouse"], autocommit=True) as admin:
        names = admin.execute(
            "select datname from pg_database where datname like %s", (f"{url.rpartition('/')[2]}%",)
        )
        for (name,) in names.fetchall():
            admin.execute(f'drop database "{name}" with (force)'.encode())


def copy_of(source: Source, place: Place, *, now: datetime = NOW, whole: bool = False) -> Manifest:
    return make_copy(source, place, "file:///copies", whole=whole, now=now, report=quiet)


def test_everything_comes_back(source: Source, place: Place, lost: str, tmp_path: Path) -> None:
    with source.engine.begin() as connection:
        fill_company(connection, now=NOW)
    copy = copy_of(source, place)
    restore_databases(place, choose(place, None), {"warehouse": lost}, now=NOW, report=quiet)
    target = open_store((tmp_path / "restored").as_uri())
    assert restore_storage(place, copy, target, lost, report=quiet) == 6
    with psycopg.connect(lost) as connection:
        figures = read_figures(connection)
        assert figures == copy.figures
        assert figures.rows["marts.fct_calls"] > 1000
        assert float(figures.totals["marts.fct_leakage.estimated_amount"]) > 0
    for info in source.store.list(""):
        with source.store.open(info.key) as before, target.open(info.key) as after:
            assert before.read() == after.read()
    assert target.stat("landing/1c/чеки.csv").metadata == {"origin": "касса"}


def test_a_restored_recording_is_not_listened_to_again(
    source: Source, place: Place, lost: str, tmp_path: Path
) -> None:
    key = "recordings/2026/11/1.wav"
    etag = source.store.stat(key).etag
    with source.engine.begin() as connection:
        connection.execute(
            sa.insert(recordings).values(
                key=key, etag=etag, state="ready", size_bytes=3000, started_at=NOW, started_on=NOW.date()
            )
        )
    copy = copy_of(source, place)
    restore_databases(place, copy, {"warehouse": lost}, now=NOW, report=quiet)
    target = open_store((tmp_path / "restored").as_uri())
    restore_storage(place, copy, target, lost, report=quiet)
    with psycopg.connect(lost) as connection:
        row = connection.execute("select etag from core.recordings where key = %s", (key,)).fetchone()
    assert row == (target.stat(key).etag,)


def test_a_second_copy_writes_only_what_is_new(source: Source, place: Place) -> None:
    first = copy_of(source, place)
    blobs = {info.key for info in place.store.list("objects/")}
    source.store.put("recordings/2026/11/0.wav", io.BytesIO(b"another"))
    source.store.delete("recordings/2026/11/1.wav")
    second = copy_of(source, place, now=NOW + timedelta(days=1))
    after = {info.key for info in place.store.list("objects/")}
    assert (first.objects, second.objects, len(after - blobs)) == (6, 5, 1)
    # The first copy still has the old contents.
    assert {entry.blob for entry in read_index(place, first)} <= after


def test_old_copies_go_with_what_only_they_held(source: Source, place: Place) -> None:
    copy_of(source, place)
    source.store.delete("recordings/2026/11/1.wav")
    newest = copy_of(source, place, now=NOW + timedelta(days=2))
    place.store.put("copies/20200101T000000Z/warehouse.dump", io.BytesIO(b"left by a killed process"))
    removed = remove_old(place, daily=1, weekly=0)
    assert removed.copies == 1
    assert [copy.id for copy in place.manifests()] == [newest.id]
    kept = {info.key for info in place.store.list("")}
    assert not any("20200101" in key or "20261125" in key for key in kept)
    assert {entry.blob for entry in read_index(place, newest)} == {
        info.key for info in place.store.list("objects/")
    }


def test_the_drill_restores_the_newest_copy(source: Source, place: Place) -> None:
    found = drill(place, copy_of(source, place), report=quiet)
    assert (found.objects_read, found.objects) == (6, 6)
    assert found.tables > 30


def _damage(place: Place, key: str) -> None:
    with place.store.open(key) as stream:
        content = bytearray(stream.read())
    content[len(content) // 2] ^= 1
    place.store.put(key, io.BytesIO(bytes(content)))


def test_a_flipped_byte_of_a_dump_is_noticed_before_anything_is_touched(
    source: Source, place: Place, lost: str
) -> None:
    copy = copy_of(source, place)
    _damage(place, copy.dumps["warehouse"].key)
    with pytest.raises(BackupError, match="damaged"):
        restore_databases(place, copy, {"warehouse": lost}, now=NOW, report=quiet)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(lost)


def test_a_flipped_byte_of_an_object_is_noticed_by_the_drill(source: Source, place: Place) -> None:
    copy = copy_of(source, place)
    _damage(place, next(read_index(place, copy)).blob)
    with pytest.raises(BackupError, match="damaged"):
        drill(place, copy, report=quiet)
    # A whole copy mends the place.
    drill(place, copy_of(source, place, now=NOW + timedelta(hours=1), whole=True), report=quiet)


def test_a_lost_object_is_noticed_by_the_drill(source: Source, place: Place) -> None:
    copy = copy_of(source, place)
    place.store.delete(next(read_index(place, copy)).blob)
    with pytest.raises(BackupError, match="gone"):
        drill(place, copy, report=quiet)


def test_a_database_that_is_there_is_kept_aside(source: Source, place: Place, lost: str) -> None:
    copy = copy_of(source, place)
    restore_databases(place, copy, {"warehouse": lost}, now=NOW, report=quiet)
    assert has_data(lost)
    (old,) = restore_databases(place, copy, {"warehouse": lost}, now=NOW + timedelta(hours=1), report=quiet)
    with psycopg.connect(lost.rpartition("/")[0] + f"/{old}") as connection:
        assert read_figures(connection) == copy.figures


def test_a_killed_attempt_is_no_copy(source: Source, place: Place) -> None:
    good = copy_of(source, place)
    script = (
        "import os, sys\n"
        "from synapse.operations.backups import making\n"
        "from tests.integration.operations.test_backups import NOW, copy_of\n"
        "from synapse.database.engine import engine_for\n"
        "from synapse.operations.backups.place import Place\n"
        "from synapse.storage import open_store\n"
        "url, objects, copies, key = sys.argv[1:]\n"
        "Place.finish = lambda *_: os.kill(os.getpid(), 9)\n"
        "from datetime import timedelta\n"
        "databases = {'warehouse': url.replace('+psycopg', '')}\n"
        "source = making.Source(engine_for(url), databases, open_store(objects))\n"
        "place = Place(open_store(copies), bytes.fromhex(key) or None)\n"
        "copy_of(source, place, now=NOW + timedelta(days=1))\n"
    )
    url = source.engine.url.render_as_string(hide_password=False)
    folders = [Path(getattr(store, "root")).as_uri() for store in (source.store, place.store)]  # noqa: B009
    key = (place.key or b"").hex()
    killed = subprocess.run(
        [sys.executable, "-c", script, url, *folders, key], check=False, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr.decode()
    assert [copy.id for copy in place.manifests()] == [good.id]
    with source.engine.connect() as connection:
        states = connection.scalars(sa.select(backups.c.state).order_by(backups.c.id)).all()
        assert list(states) == ["good", "running"]
        known = last_good(connection)
        assert known is not None
        assert known.copy_id == good.id


def test_a_failed_attempt_is_noted_with_its_reason(source: Source, place: Place) -> None:
    broken = Source(
        source.engine, {**source.databases, "dagster": source.databases["warehouse"] + "_no"}, source.store
    )
    with pytest.raises(BackupError, match="pg_dump failed"):
        copy_of(broken, place)
    assert place.manifests() == []
    with source.engine.connect() as connection:
        assert "pg_dump failed" in str(last_error(connection))
        assert last_good(connection) is None


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [("one", "two", "not the one"), ("one", "", "are encrypted"), ("", "one", "not encrypted")],
)
def test_a_wrong_passphrase_is_explained(tmp_path: Path, first: str, second: str, said: str) -> None:
    url = (tmp_path / "copies").as_uri()
    open_place(url, passphrase=first)
    with pytest.raises(BackupError, match=said):
        open_place(url, passphrase=second)


def test_nothing_readable_lies_at_a_sealed_place(source: Source, tmp_path: Path) -> None:
    source.store.put("landing/1c/secret.csv", io.BytesIO("Литвинов;+79160000007".encode() * 100))
    folder = tmp_path / "sealed"
    copy_of(source, open_place(folder.as_uri(), passphrase="one"))
    stored = b"".join(
        path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".synapse" not in path.parts
    )
    assert "Литвинов".encode() not in stored
    assert b"+79160000007" not in stored
