"""Make a copy: the database in one snapshot, then the objects, and the manifest last."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
import sqlalchemy as sa

from synapse.database.locks import exclusively
from synapse.database.migrate import current_revision
from synapse.operations.backups import ledger
from synapse.operations.backups.dump import dumping
from synapse.operations.backups.figures import read_figures
from synapse.operations.backups.manifest import Figures, Manifest, StoredFile
from synapse.operations.backups.objects import IndexWriter, mirror
from synapse.operations.backups.place import COPIES, Place
from synapse.progress import Report
from synapse.storage import ObjectStore

WAREHOUSE = "warehouse"


@dataclass(frozen=True)
class Source:
    """What is copied.

    Attributes:
        engine: Of the warehouse.
        databases: ``postgresql://`` URLs by name; the one named ``warehouse`` is required.
        store: The storage of objects.
    """

    engine: sa.Engine
    databases: Mapping[str, str]
    store: ObjectStore


def copy_id_of(moment: datetime) -> str:
    """The name of a copy made at a moment (UTC)."""
    return moment.strftime("%Y%m%dT%H%M%SZ")


def make_copy(
    source: Source, place: Place, place_name: str, *, whole: bool, now: datetime, report: Report
) -> Manifest:
    """Make one copy at a place and note it in ``app.backups``.

    Args:
        source: What is copied.
        place: Where to.
        place_name: What the ledger calls the place; no secrets.
        whole: Copy every object again, even those that an earlier copy has.
        now: The time of the call, UTC.
        report: Told of the progress.

    Raises:
        BackupError: ``pg_dump`` failed; nothing counts as a copy.
        StorageError: The storage or the place failed.
    """
    copy_id = copy_id_of(now)
    with exclusively(source.engine, "backup"):
        ledger.begin(source.engine, copy_id, place_name, now=now)
        try:
            manifest = _copy(source, place, copy_id, whole=whole, now=now, report=report)
        except BaseException as error:
            ledger.fail(source.engine, copy_id, str(error) or type(error).__name__, now=now)
            raise
        ledger.succeed(source.engine, manifest, now=now)
    return manifest


def _copy(
    source: Source, place: Place, copy_id: str, *, whole: bool, now: datetime, report: Report
) -> Manifest:
    folder = f"{COPIES}{copy_id}/"
    before = place.manifests()
    dumps: dict[str, StoredFile] = {}
    # No rebuild may swap tables between the snapshot and the locks of pg_dump.
    with (
        exclusively(source.engine, "warehouse"),
        _snapshot(source.databases[WAREHOUSE]) as (figures, snapshot, major),
    ):
        for number, (name, url) in enumerate(source.databases.items()):
            report(number, len(source.databases), name)
            with dumping(url, major, snapshot if name == WAREHOUSE else None) as stream:
                dumps[name] = place.write(f"{folder}{name}.dump", stream)
    report(len(dumps), len(dumps), "objects")
    writer = IndexWriter()
    previous = before[-1] if before and not whole else None
    index = writer.store(place, f"{folder}objects.jsonl.gz", mirror(source.store, place, previous))
    manifest = Manifest(
        id=copy_id,
        made_at=now,
        revision=current_revision(source.engine),
        server_major=major,
        dumps=dumps,
        index=index,
        objects=writer.objects,
        object_bytes=writer.size,
        figures=figures,
    )
    place.finish(manifest)
    return manifest


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[Figures, str, int]]:
    """A transaction that holds a snapshot open, what it sees, and the server's version."""
    with psycopg.connect(url) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        row = connection.execute("select pg_export_snapshot()").fetchone()
        assert row is not None
        yield read_figures(connection), str(row[0]), connection.info.server_version // 10_000
