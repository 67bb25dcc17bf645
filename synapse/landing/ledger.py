"""``raw.files``: every file that was ever seen, and how far it has been read."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.raw import files
from synapse.errors import SynapseError
from synapse.storage import ObjectInfo, ObjectStore

HEAD_BYTES = 4096
TAIL_BYTES = 1024
# A last line without a line end is taken as whole once the file has rested this long.
SETTLED = timedelta(minutes=2)


@dataclass(frozen=True)
class Entry:
    """One row of the ledger, as far as loading needs it."""

    id: int
    key: str
    state: str
    size_bytes: int
    etag: str | None
    sha256: str | None
    generation: int
    loaded_bytes: int
    fingerprint: dict[str, Any]
    rows_loaded: int
    rows_rejected: int
    details: dict[str, Any]


@dataclass(frozen=True)
class Loaded:
    """How a look at a file ended well.

    Attributes:
        state: ``loaded`` or ``duplicate``; ``failed`` with ``error`` where every row was refused.
        loaded_bytes: Offset up to which it has been read.
        rows_loaded: Rows of the whole file so far.
        rows_rejected: Rejected rows of the whole file so far.
        sha256: Of the whole content, where it is known.
        fingerprint: See :func:`fingerprint_of`.
        details: For people and for the next look.
    """

    state: str
    loaded_bytes: int
    rows_loaded: int
    rows_rejected: int
    sha256: str | None
    fingerprint: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    hint: str | None = None


_COLUMNS = [files.c[name] for name in Entry.__dataclass_fields__]


def entries(connection: sa.Connection, source: str) -> dict[str, Entry]:
    """The ledger of one source by key."""
    rows = connection.execute(sa.select(*_COLUMNS).where(files.c.source == source))
    return {row.key: Entry(**row._mapping) for row in rows}


def entries_of(connection: sa.Connection, source: str, keys: Sequence[str]) -> dict[str, Entry]:
    """Some files' rows by key."""
    rows = connection.execute(sa.select(*_COLUMNS).where(files.c.source == source, files.c.key.in_(keys)))
    return {row.key: Entry(**row._mapping) for row in rows}


def entry(connection: sa.Connection, source: str, key: str) -> Entry | None:
    """One file's row, or None when it was never seen."""
    row = connection.execute(
        sa.select(*_COLUMNS).where(files.c.source == source, files.c.key == key)
    ).one_or_none()
    return Entry(**row._mapping) if row else None


def is_pending(known: Entry | None, info: ObjectInfo, *, now: datetime) -> bool:
    """Whether a file is new, changed, half-read by a killed process, or has an unfinished last line."""
    if known is None or known.state == "loading" or known.etag != info.etag:
        return True
    is_waiting = known.state == "loaded" and known.loaded_bytes < info.size
    return is_waiting and now - info.modified_at > SETTLED


def begin(connection: sa.Connection, source: str, infos: Iterable[ObjectInfo]) -> dict[str, int]:
    """Note that new files are being read; a row that exists keeps what it knows.

    Returns:
        Ids by key.
    """
    values = [{"source": source, "key": info.key, "state": "loading"} for info in infos]
    connection.execute(insert(files).on_conflict_do_nothing(), values)
    keys = [value["key"] for value in values]
    rows = connection.execute(
        sa.select(files.c.key, files.c.id).where(files.c.source == source, files.c.key.in_(keys))
    )
    return {row.key: row.id for row in rows}


def newer_files(connection: sa.Connection, source: str, modified_at: datetime) -> Sequence[int]:
    """Ids of a source's files that were written after a moment."""
    return (
        connection.execute(
            sa.select(files.c.id).where(files.c.source == source, files.c.modified_at > modified_at)
        )
        .scalars()
        .all()
    )


def finish(connection: sa.Connection, file_id: int, info: ObjectInfo, loaded: Loaded) -> None:
    """Write down how far a file has been read, in the transaction that loads its rows."""
    connection.execute(
        sa.update(files)
        .where(files.c.id == file_id)
        .values(
            state=loaded.state,
            size_bytes=info.size,
            etag=info.etag,
            modified_at=info.modified_at,
            sha256=loaded.sha256,
            loaded_bytes=loaded.loaded_bytes,
            fingerprint=loaded.fingerprint,
            rows_loaded=loaded.rows_loaded,
            rows_rejected=loaded.rows_rejected,
            error=loaded.error,
            hint=loaded.hint,
            details=loaded.details,
            loaded_at=sa.func.clock_timestamp(),
        )
    )


def fail(connection: sa.Connection, source: str, info: ObjectInfo, error: SynapseError) -> None:
    """Write down that a file cannot be read; it is left alone until it changes. Rows it gave earlier stay."""
    values = {
        "state": "failed",
        "size_bytes": info.size,
        "etag": info.etag,
        "modified_at": info.modified_at,
        "error": error.message,
        "hint": error.hint,
        "loaded_at": sa.func.clock_timestamp(),
    }
    connection.execute(
        insert(files)
        .values(source=source, key=info.key, **values)
        .on_conflict_do_update(index_elements=["source", "key"], set_=values)
    )


def archive(connection: sa.Connection, known: Entry) -> None:
    """A log was rotated: what was read keeps its rows under ``key#generation``, and the key is free."""
    connection.execute(
        sa.update(files)
        .where(files.c.id == known.id)
        .values(key=f"{known.key}#{known.generation}", state="loaded")
    )


def start_generation(connection: sa.Connection, source: str, key: str, generation: int) -> int:
    """Make the row of a rotated log's successor and return its id."""
    return int(
        connection.execute(
            sa.insert(files)
            .values(source=source, key=key, state="loading", generation=generation)
            .returning(files.c.id)
        ).scalar_one()
    )


def ask_again(connection: sa.Connection, source: str) -> int:
    """Let failed files of a source be read again, as after a change of settings; returns how many."""
    return connection.execute(
        sa.update(files).where(files.c.source == source, files.c.state == "failed").values(etag=None)
    ).rowcount


def same_content(connection: sa.Connection, source: str, known_id: int, sha256: str) -> str | None:
    """Key of another loaded file of the source with the same content."""
    return connection.execute(
        sa.select(files.c.key)
        .where(
            files.c.sha256 == sha256,
            files.c.source == source,
            files.c.state == "loaded",
            files.c.id != known_id,
        )
        .limit(1)
    ).scalar_one_or_none()


def has_same_size(connection: sa.Connection, source: str, known_id: int, size: int) -> bool:
    """Whether another loaded file could have the same content: hashing first is worth it only then."""
    found = connection.execute(
        sa.select(files.c.id)
        .where(
            files.c.source == source,
            files.c.size_bytes == size,
            files.c.state == "loaded",
            files.c.sha256.is_not(None),
            files.c.id != known_id,
        )
        .limit(1)
    ).one_or_none()
    return found is not None


def fingerprint_of(store: ObjectStore, key: str, loaded_bytes: int) -> dict[str, Any]:
    """Hashes of the first bytes and of those just before ``loaded_bytes``, to notice rotation and edits."""
    head = min(HEAD_BYTES, loaded_bytes)
    tail = min(TAIL_BYTES, loaded_bytes)
    return {
        "head_bytes": head,
        "head": _hash(store, key, 0, head),
        "tail_bytes": tail,
        "tail": _hash(store, key, loaded_bytes - tail, tail),
    }


def head_matches(store: ObjectStore, known: Entry) -> bool:
    """Whether the file still begins as it did."""
    mark = known.fingerprint
    return not mark or bool(_hash(store, known.key, 0, mark["head_bytes"]) == mark["head"])


def tail_matches(store: ObjectStore, known: Entry) -> bool:
    """Whether what was read last is still there."""
    mark = known.fingerprint
    if not mark:
        return True
    start = known.loaded_bytes - mark["tail_bytes"]
    return bool(_hash(store, known.key, start, mark["tail_bytes"]) == mark["tail"])


def _hash(store: ObjectStore, key: str, start: int, length: int) -> str:
    if length == 0:
        return hashlib.sha256().hexdigest()
    with store.open(key, start, length) as stream:
        return hashlib.sha256(stream.read()).hexdigest()
