"""Files that are read as a whole each time they change, and whose rows replace their own earlier rows."""

import hashlib
import tempfile
from typing import BinaryIO

import sqlalchemy as sa

from synapse.landing import ledger
from synapse.landing.errors import FileRefusedError
from synapse.landing.look import Look, Outcome
from synapse.landing.rejects import forget_rejects
from synapse.landing.source import WholeFiles
from synapse.landing.text_lines import BLOCK_BYTES
from synapse.landing.writer import BatchWriter

KEPT_IN_MEMORY = 8 << 20


def load_whole_file(connection: sa.Connection, look: Look) -> Outcome:
    """Load one file, in the caller's transaction.

    Raises:
        FileRefusedError: It is no file of this kind, or empty.
    """
    source, info = look.source, look.info
    files = source.files
    assert isinstance(files, WholeFiles)
    known = ledger.entry(connection, source.name, info.key)
    with tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY) as copy:
        digest = _fetch(look, copy)  # type: ignore[arg-type]
        if known and known.sha256 == digest and known.state in {"loaded", "duplicate"}:
            return _same_again(connection, look, known)
        file_id = ledger.begin(connection, source.name, [info])[info.key]
        twin = ledger.same_content(connection, source.name, file_id, digest)
        if twin and not (known and known.rows_loaded):
            return _duplicate(connection, look, file_id, digest, twin)
        forget_rejects(connection, file_id)
        context = look.context()
        with BatchWriter(connection, look, files.target, file_id).writing() as writer:
            for batch in files.read(context, copy):  # type: ignore[arg-type]
                writer.add(batch)
    if not writer.rows and writer.rejected:
        raise FileRefusedError(
            f"No row can be read: {writer.first_refusal}",
            hint="Look at the columns' mapping in the settings.",
        )
    _remove_what_is_gone(connection, files, file_id)
    standing = _count(connection, files, file_id)
    loaded = ledger.Loaded(
        state="loaded",
        loaded_bytes=info.size,
        rows_loaded=standing,
        rows_rejected=writer.rejected,
        sha256=digest,
        details={
            "skipped": writer.skipped,
            # the same receipt stands again further down, or in a later file
            "superseded": writer.rows - standing,
            **context.memory,
        },
    )
    ledger.finish(connection, file_id, info, loaded)
    return Outcome(loaded, writer.inserted, writer.rejected)


def _fetch(look: Look, copy: BinaryIO) -> str:
    digest = hashlib.sha256()
    with look.store.open(look.info.key, 0, look.info.size) as stream:
        while piece := stream.read(BLOCK_BYTES):
            digest.update(piece)
            copy.write(piece)
    if not copy.tell():
        raise FileRefusedError("The file is empty.", hint="Export it anew.")
    return digest.hexdigest()


def _remove_what_is_gone(connection: sa.Connection, files: WholeFiles, file_id: int) -> None:
    """Rows of an earlier content that this one lacks; what is loaded now carries this transaction's time."""
    table = files.target.table
    connection.execute(sa.delete(table).where(table.c.file_id == file_id, table.c.loaded_at < sa.func.now()))


def _count(connection: sa.Connection, files: WholeFiles, file_id: int) -> int:
    table = files.target.table
    statement = sa.select(sa.func.count()).select_from(table).where(table.c.file_id == file_id)
    return int(connection.execute(statement).scalar_one())


def _same_again(connection: sa.Connection, look: Look, known: ledger.Entry) -> Outcome:
    loaded = ledger.Loaded(
        state=known.state,
        loaded_bytes=known.loaded_bytes,
        rows_loaded=known.rows_loaded,
        rows_rejected=known.rows_rejected,
        sha256=known.sha256,
        details=known.details,
    )
    ledger.finish(connection, known.id, look.info, loaded)
    return Outcome(loaded)


def _duplicate(connection: sa.Connection, look: Look, file_id: int, digest: str, twin: str) -> Outcome:
    loaded = ledger.Loaded(
        state="duplicate",
        loaded_bytes=look.info.size,
        rows_loaded=0,
        rows_rejected=0,
        sha256=digest,
        details={"same_as": twin},
    )
    ledger.finish(connection, file_id, look.info, loaded)
    return Outcome(loaded)
