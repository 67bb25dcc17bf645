"""Files of lines that may grow for months: only what is new is read; rotation and edits are noticed."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, BinaryIO, Protocol

import sqlalchemy as sa

from synapse.database.partitions import ensure_partitions
from synapse.landing import ledger
from synapse.landing.clock import FUTURE_TOLERANCE
from synapse.landing.errors import FileRefusedError
from synapse.landing.look import Look, Outcome
from synapse.landing.rejects import forget_rejects
from synapse.landing.sniff import HEAD_BYTES, refuse_binary
from synapse.landing.source import LineFiles, Target
from synapse.landing.text_lines import BLOCK_BYTES, read_blocks
from synapse.landing.writer import BatchWriter
from synapse.storage import ObjectInfo

OLDEST_PARTITION = timedelta(days=5 * 366)


@dataclass(frozen=True)
class _Plan:
    """From where a look goes on."""

    file_id: int
    offset: int = 0
    rows_before: int = 0
    rejected_before: int = 0
    lines_before: int = 0
    memory: dict[str, Any] = field(default_factory=dict)


def load_line_file(connection: sa.Connection, look: Look) -> Outcome:
    """Load what is new in one file, in the caller's transaction.

    Raises:
        FileRefusedError: It is no file of this kind.
    """
    source, info = look.source, look.info
    files = source.files
    assert isinstance(files, LineFiles)
    known = ledger.entry(connection, source.name, info.key)
    if known is not None and _is_unchanged(look, known):
        return Outcome(_touch(connection, known, info))
    plan = _plan(connection, look, files, known)
    duplicate = _find_duplicate(connection, look, plan)
    if duplicate is not None:
        ledger.finish(connection, plan.file_id, info, duplicate)
        return Outcome(duplicate)
    with BatchWriter(connection, look, files.target, plan.file_id).writing() as writer:
        reading = _read(look, files, plan, writer)
    if not writer.rows and writer.rejected and not plan.offset and known is not None and known.rows_loaded:
        raise FileRefusedError(  # the good rows of before are better than none
            f"The file was written anew and no line can be read: {writer.first_refusal}",
            hint="Check that the file is of the kind that this folder is for.",
        )
    loaded = _summary(look, plan, writer, reading)
    ledger.finish(connection, plan.file_id, info, loaded)
    return Outcome(loaded, writer.inserted, writer.rejected)


def make_partitions(engine: sa.Engine, look: Look, known: ledger.Entry | None) -> None:
    """Make the partitions that a file needs, in a transaction of its own: writers wait for that one only.

    The days are found by a quick look at the bytes; rows of a day that it overlooks go to the default
    partition.
    """
    files, info = look.source.files, look.info
    if not isinstance(files, LineFiles) or files.days is None:
        return
    days: set[date] = set()
    carry = b""
    start = known.loaded_bytes if known and known.loaded_bytes <= info.size else 0
    with look.store.open(info.key, start, info.size - start) as stream:
        while piece := stream.read(BLOCK_BYTES):
            days |= files.days(carry + piece)
            carry = piece[-64:]
    oldest, newest = look.now - OLDEST_PARTITION, look.now + FUTURE_TOLERANCE
    days = {day for day in days if oldest.date() <= day <= newest.date()}
    if days:
        with engine.begin() as connection:
            ensure_partitions(connection, days)


def _is_unchanged(look: Look, known: ledger.Entry) -> bool:
    """Written again with the same bytes."""
    if known.state == "failed" or known.loaded_bytes != look.info.size or known.sha256 is None:
        return False
    return _digest(look) == known.sha256


def _touch(connection: sa.Connection, known: ledger.Entry, info: ObjectInfo) -> ledger.Loaded:
    state = known.state if known.state == "duplicate" else "loaded"
    loaded = ledger.Loaded(
        state=state,
        loaded_bytes=known.loaded_bytes,
        rows_loaded=known.rows_loaded,
        rows_rejected=known.rows_rejected,
        sha256=known.sha256,
        fingerprint=known.fingerprint,
        details=known.details,
    )
    ledger.finish(connection, known.id, info, loaded)
    return loaded


def _plan(connection: sa.Connection, look: Look, files: LineFiles, known: ledger.Entry | None) -> _Plan:
    source, info = look.source, look.info
    if known is None:
        return _Plan(ledger.begin(connection, source.name, [info])[info.key])
    if not known.loaded_bytes:
        return _anew(connection, files.target, known)
    if info.size < known.loaded_bytes or not ledger.head_matches(look.store, known):
        if files.when_rewritten == "replaced":
            return _anew(connection, files.target, known)
        ledger.archive(connection, known)
        return _Plan(ledger.start_generation(connection, source.name, info.key, known.generation + 1))
    if info.size == known.loaded_bytes or not ledger.tail_matches(look.store, known):
        return _anew(connection, files.target, known)
    return _Plan(
        known.id,
        offset=known.loaded_bytes,
        rows_before=known.rows_loaded,
        rejected_before=known.rows_rejected,
        lines_before=known.details.get("lines", 0),
        memory=known.details.get("memory", {}),
    )


def _anew(connection: sa.Connection, target: Target, known: ledger.Entry) -> _Plan:
    """The file was corrected, or never read to the end: its rows are replaced."""
    connection.execute(sa.delete(target.table).where(target.table.c.file_id == known.id))
    forget_rejects(connection, known.id)
    return _Plan(known.id)


def _find_duplicate(connection: sa.Connection, look: Look, plan: _Plan) -> ledger.Loaded | None:
    source, info = look.source, look.info
    if plan.offset or not info.size:
        return None
    if not ledger.has_same_size(connection, source.name, plan.file_id, info.size):
        return None
    digest = _digest(look)
    twin = ledger.same_content(connection, source.name, plan.file_id, digest)
    if twin is None:
        return None
    return ledger.Loaded(
        state="duplicate",
        loaded_bytes=info.size,
        rows_loaded=0,
        rows_rejected=0,
        sha256=digest,
        fingerprint=ledger.fingerprint_of(look.store, info.key, info.size),
        details={"same_as": twin},
    )


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class _HashingReader:
    """A stream whose bytes are hashed as they are read, from the head that was already looked at on."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self.digest: _Digest = hashlib.sha256()
        self._stream = stream
        self._head = head

    def read(self, size: int) -> bytes:
        data, self._head = (self._head, b"") if self._head else (self._stream.read(size), b"")
        self.digest.update(data)
        return data


@dataclass(frozen=True)
class _Reading:
    """How far the file was read: offset, lines, hash of what was read, what the parser remembers."""

    end: int
    lines: int
    digest: str
    memory: dict[str, Any]


def _read(look: Look, files: LineFiles, plan: _Plan, writer: BatchWriter) -> _Reading:
    context = look.context(dict(plan.memory))
    end, lines = plan.offset, plan.lines_before
    with look.store.open(look.info.key, plan.offset, look.info.size - plan.offset) as stream:
        head = stream.read(HEAD_BYTES)
        if plan.offset == 0:
            refuse_binary(head)
        reader = _HashingReader(stream, head)
        parser = files.parser(context)
        for block in read_blocks(
            reader, offset=plan.offset, lines_before=plan.lines_before, is_final=look.is_settled
        ):
            writer.add(parser.parse(block))
            end, lines = block.end, block.first_number + len(block.lines) - 1
    if look.is_settled:
        writer.add(parser.finish())
    parser.suspend()
    return _Reading(end, lines, reader.digest.hexdigest(), context.memory)


def _summary(look: Look, plan: _Plan, writer: BatchWriter, reading: _Reading) -> ledger.Loaded:
    is_useless = not plan.offset and not writer.rows and writer.rejected > 0
    is_whole = plan.offset == 0 and reading.end == look.info.size
    return ledger.Loaded(
        state="failed" if is_useless else "loaded",
        loaded_bytes=0 if is_useless else reading.end,
        rows_loaded=plan.rows_before + writer.inserted,
        rows_rejected=plan.rejected_before + writer.rejected,
        sha256=reading.digest if is_whole else None,
        fingerprint={} if is_useless else ledger.fingerprint_of(look.store, look.info.key, reading.end),
        details={
            "lines": reading.lines,
            "skipped": writer.skipped,
            "repeated": writer.rows - writer.inserted,
            "memory": reading.memory,
        },
        error=f"No line can be read: {writer.first_refusal}" if is_useless else None,
        hint="Check that the file is of the kind that this folder is for." if is_useless else None,
    )


def _digest(look: Look) -> str:
    digest = hashlib.sha256()
    with look.store.open(look.info.key, 0, look.info.size) as stream:
        while piece := stream.read(BLOCK_BYTES):
            digest.update(piece)
    return digest.hexdigest()
