"""The driver: new and changed files of a source → its table, one transaction per file."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import sqlalchemy as sa
import structlog

from synapse.errors import ObjectNotFoundError, StorageError, SynapseError
from synapse.landing import ledger
from synapse.landing.errors import FileRefusedError
from synapse.landing.line_files import load_line_file, make_partitions
from synapse.landing.look import Look, Outcome
from synapse.landing.small_files import (
    BYTES_PER_TRANSACTION,
    FILES_PER_TRANSACTION,
    Parsed,
    load_small_files,
    parse_small_file,
)
from synapse.landing.source import SmallFiles, Source, WholeFiles
from synapse.landing.sources import source_named
from synapse.landing.whole_files import load_whole_file
from synapse.settings.sections import Settings
from synapse.storage import ObjectInfo, ObjectStore

_log = structlog.get_logger()
# COPY is run by the driver itself, the other statements by SQLAlchemy.
_REFUSED_BY_POSTGRES = (
    psycopg.DataError,
    psycopg.IntegrityError,
    sa.exc.DataError,
    sa.exc.IntegrityError,
)
_LOCK_SPACE = 0x5A9D  # first half of the advisory locks' keys; the second is the source


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file.

    Attributes:
        key: Object key.
        state: As in the ledger: ``loaded``, ``duplicate`` or ``failed``.
        rows_loaded: Rows that this look brought.
        rows_rejected: Rows that this look refused.
        error: Why it failed.
    """

    key: str
    state: str
    rows_loaded: int
    rows_rejected: int
    error: str | None = None


Progress = Callable[[FileOutcome], None]


def pending_keys(
    engine: sa.Engine, store: ObjectStore, source: str, *, now: datetime | None = None
) -> list[str]:
    """Keys of files that are new or have changed since they were read, oldest first."""
    return [info.key for info in _pending(engine, store, source_named(source), now or datetime.now(UTC))]


def load_pending(
    engine: sa.Engine,
    store: ObjectStore,
    source: str,
    settings: Settings,
    progress: Progress | None = None,
    *,
    now: datetime | None = None,
) -> list[FileOutcome]:
    """Load every new or changed file of a source; a file that cannot be read does not keep the others back.

    Args:
        engine: The warehouse.
        store: Where the files lie.
        source: Name in :mod:`synapse.landing.sources`.
        settings: The company's settings.
        progress: Called after each file.
        now: The present moment; taken from the clock without it.

    Returns:
        What became of each file, in order of loading.
    """
    moment = now or datetime.now(UTC)
    described = source_named(source)
    outcomes: list[FileOutcome] = []
    looks = [
        Look(store, described, info, settings, moment) for info in _pending(engine, store, described, moment)
    ]
    for outcome in _outcomes(engine, described, looks):
        outcomes.append(outcome)
        if progress:
            progress(outcome)
    return outcomes


def _pending(engine: sa.Engine, store: ObjectStore, source: Source, now: datetime) -> list[ObjectInfo]:
    with engine.connect() as connection:
        known = ledger.entries(connection, source.name)
    found = [
        info
        for info in store.list(source.prefix)
        if source.owns(info.key) and ledger.is_pending(known.get(info.key), info, now=now)
    ]
    return sorted(found, key=lambda info: (info.modified_at, info.key))


def _outcomes(engine: sa.Engine, source: Source, looks: Sequence[Look]) -> Iterator[FileOutcome]:
    if isinstance(source.files, SmallFiles):
        yield from _load_in_bundles(engine, source, looks)
        return
    for look in looks:
        outcome = _load_one(engine, look)
        if outcome is not None:
            yield outcome


def _load_in_bundles(engine: sa.Engine, source: Source, looks: Sequence[Look]) -> Iterator[FileOutcome]:
    bundle: list[Parsed] = []
    size = 0
    for look in looks:
        try:
            parsed = parse_small_file(look)
        except StorageError as error:
            _log.warning("storage_failed", source=source.name, error=error.message)
            yield FileOutcome(look.info.key, "failed", 0, 0, str(error))
            continue
        if parsed is not None:
            bundle.append(parsed)
            size += look.info.size
        if len(bundle) >= FILES_PER_TRANSACTION or size >= BYTES_PER_TRANSACTION:
            yield from _load_bundle(engine, source, bundle)
            bundle, size = [], 0
    if bundle:
        yield from _load_bundle(engine, source, bundle)


def _load_bundle(engine: sa.Engine, source: Source, bundle: Sequence[Parsed]) -> Iterator[FileOutcome]:
    with engine.begin() as connection:
        lock_source(connection, source.name)
        outcomes = load_small_files(connection, source, bundle)
    for parsed, outcome in zip(bundle, outcomes, strict=True):
        key = parsed.look.info.key
        if outcome is None:
            yield FileOutcome(key, "failed", 0, 0, parsed.refusal.message if parsed.refusal else None)
        else:
            yield FileOutcome(key, outcome.loaded.state, outcome.rows_loaded, outcome.rows_rejected)


def _load_one(engine: sa.Engine, look: Look) -> FileOutcome | None:
    key, source = look.info.key, look.source.name
    try:
        outcome = _in_one_transaction(engine, look)
    except ObjectNotFoundError:
        return None  # taken away since it was listed
    except (FileRefusedError, *_REFUSED_BY_POSTGRES) as error:
        reason = _reason(error)
        with engine.begin() as connection:
            ledger.fail(connection, source, look.info, reason)
        _log.warning("file_failed", source=source, error=type(error).__name__)
        return FileOutcome(key, "failed", 0, 0, reason.message)
    except StorageError as error:
        _log.warning("storage_failed", source=source, error=error.message)
        return FileOutcome(key, "failed", 0, 0, str(error))  # asked again at the next look
    if outcome is None:
        return None
    loaded = outcome.loaded
    return FileOutcome(key, loaded.state, outcome.rows_loaded, outcome.rows_rejected, loaded.error)


def _in_one_transaction(engine: sa.Engine, look: Look) -> Outcome | None:
    """Load one file; None when another process has done so meanwhile."""
    source, info = look.source, look.info
    with engine.begin() as connection:
        ledger.begin(connection, source.name, [info])
        known = ledger.entry(connection, source.name, info.key)
    make_partitions(engine, look, known)
    with engine.begin() as connection:
        lock_source(connection, source.name)
        known = ledger.entry(connection, source.name, info.key)
        if not ledger.is_pending(known, info, now=look.now):
            return None
        with _only_new_objects_collected():
            if isinstance(source.files, WholeFiles):
                return load_whole_file(connection, look)
            return load_line_file(connection, look)


@contextmanager
def _only_new_objects_collected() -> Iterator[None]:
    """Keep the garbage collector from walking the whole process for every few thousand rows."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def lock_source(connection: sa.Connection, source: str) -> None:
    """Let one process at a time load a source; the lock goes with the transaction."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_SPACE, sa.func.hashtext(source))))


def _reason(error: Exception) -> SynapseError:
    if isinstance(error, SynapseError):
        return error
    return FileRefusedError(
        f"Postgres refused a row: {type(error.__cause__ or error).__name__}.",
        hint="Please report this with the file's first lines.",
    )
