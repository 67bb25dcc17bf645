"""Prove that a copy can be restored: into a server made for this alone."""

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from synapse.embedded.postgres import EmbeddedPostgres
from synapse.operations.backups.making import WAREHOUSE
from synapse.operations.backups.manifest import Manifest, StoredFile
from synapse.operations.backups.objects import read_index
from synapse.operations.backups.place import Place
from synapse.operations.backups.restoring import compare, restore_dump_of
from synapse.progress import Report

SAMPLE = 200


@dataclass(frozen=True)
class Drill:
    """What a drill did: tables and totals that agreed, objects that were read."""

    copy_id: str
    tables: int
    totals: int
    objects_read: int
    objects: int


def drill(place: Place, copy: Manifest, *, sample: int = SAMPLE, report: Report) -> Drill:
    """Restore a copy's warehouse into a fresh server and compare; read a sample of its objects.

    Args:
        place: Where the copy is.
        copy: Which.
        sample: Objects to read; they are drawn by the copy's name, so that each copy has others.
        report: Told of the progress.

    Raises:
        BackupError: The copy cannot be restored, or differs.
    """
    with tempfile.TemporaryDirectory(prefix="synapse-drill-") as folder:
        Path(folder).chmod(0o755)
        report(0, 2, "database")
        with EmbeddedPostgres(Path(folder) / "postgres", durable=False) as server:
            server.ensure_database("synapse")
            compare(copy, restore_dump_of(place, copy, WAREHOUSE, server.url("synapse"), suffix="drill"))
    report(1, 2, "objects")
    chosen = set(random.Random(copy.id).sample(range(copy.objects), min(sample, copy.objects)))  # noqa: S311
    for number, entry in enumerate(read_index(place, copy)):
        if number in chosen:
            place.verify(StoredFile(key=entry.blob, size=0, sha256=entry.sha256))
    report(2, 2, "")
    return Drill(copy.id, len(copy.figures.rows), len(copy.figures.totals), len(chosen), copy.objects)
