"""Thousands of small files, each of one row: many per transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from synapse.database.bulk_insert import BulkInsert
from synapse.database.copy import encode_rows
from synapse.database.tables.raw import files as ledger_files
from synapse.errors import ObjectNotFoundError
from synapse.landing import ledger
from synapse.landing.errors import FileRefusedError
from synapse.landing.look import Look, Outcome
from synapse.landing.records import Batch
from synapse.landing.rejects import forget_rejects, write_rejects
from synapse.landing.source import SmallFiles, Source

FILES_PER_TRANSACTION = 500
BYTES_PER_TRANSACTION = 64 << 20


@dataclass(frozen=True)
class Parsed:
    """A file that has been read, or why it was refused."""

    look: Look
    digest: str
    batch: Batch | None
    refusal: FileRefusedError | None = None


def parse_small_file(look: Look) -> Parsed | None:
    """Read one file; None when it has been taken away.

    Raises:
        StorageError: The storage is away.
    """
    files = look.source.files
    assert isinstance(files, SmallFiles)
    if look.info.size > files.largest:
        refusal = FileRefusedError(
            f"The file has {look.info.size:,} bytes; {files.largest:,} are allowed.",
            hint="Split it by calls.",
        )
        return Parsed(look, "", None, refusal)
    try:
        with look.store.open(look.info.key) as stream:
            data = stream.read(files.largest + 1)
    except ObjectNotFoundError:
        return None
    digest = hashlib.sha256(data).hexdigest()
    try:
        return Parsed(look, digest, files.parse(look.context(), data))
    except FileRefusedError as error:
        return Parsed(look, digest, None, error)


def load_small_files(
    connection: sa.Connection, source: Source, parsed: Sequence[Parsed]
) -> list[Outcome | None]:
    """Load many files in the caller's transaction.

    Returns:
        One outcome per file, None for those that could not be read, which the ledger now says.
    """
    files = source.files
    assert isinstance(files, SmallFiles)
    known = ledger.entries_of(connection, source.name, [one.look.info.key for one in parsed])
    ids = ledger.begin(connection, source.name, [one.look.info for one in parsed])
    outcomes: list[Outcome | None] = []
    rows: list[tuple[object, ...]] = []
    changed: list[int] = []
    place = files.target.columns.index(files.identity)
    seen = _twins(connection, source, files, [one.digest for one in parsed])
    for one in parsed:
        info, file_id = one.look.info, ids[one.look.info.key]
        before = known.get(info.key)
        if one.batch is None:
            assert one.refusal is not None
            ledger.fail(connection, source.name, info, one.refusal)
            outcomes.append(None)
            continue
        row = one.batch.rows[0]
        mark = (one.digest, row[place])
        twin = seen.get(mark)
        state = "loaded"
        if before and before.rows_loaded:
            changed.append(file_id)
        if twin is not None and twin != info.key:
            state = "duplicate"
        else:
            seen[mark] = info.key
            rows.append((file_id, *row))
        if before:
            forget_rejects(connection, file_id)
        write_rejects(connection, source.name, file_id, one.batch.rejects)
        loaded = ledger.Loaded(
            state=state,
            loaded_bytes=info.size,
            rows_loaded=int(state == "loaded"),
            rows_rejected=len(one.batch.rejects),
            sha256=one.digest,
            details={"same_as": twin} if state == "duplicate" else {},
        )
        ledger.finish(connection, file_id, info, loaded)
        outcomes.append(Outcome(loaded, loaded.rows_loaded, loaded.rows_rejected))
    table = files.target.table
    if changed:
        connection.execute(sa.delete(table).where(table.c.file_id.in_(changed)))
    if rows:
        columns = ("file_id", *files.target.columns)
        with BulkInsert(
            connection, table, columns, lambda statement: files.target.on_conflict(table, statement, ())
        ) as bulk:
            bulk.insert(encode_rows(rows), len(rows))
    return outcomes


def _twins(
    connection: sa.Connection, source: Source, files: SmallFiles, digests: Sequence[str]
) -> dict[tuple[str, object], str]:
    """Keys of loaded files by content and identity: the same words in two calls are two transcripts."""
    table = files.target.table
    rows = connection.execute(
        sa.select(ledger_files.c.sha256, table.c[files.identity], ledger_files.c.key)
        .join(table, table.c.file_id == ledger_files.c.id)
        .where(ledger_files.c.source == source.name, ledger_files.c.sha256.in_(set(digests)))
    )
    return {(row[0], row[1]): row[2] for row in rows}
