"""The catalogue of recordings: which audio objects there are and in what state."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa
import structlog

from synapse.database.locks import exclusively
from synapse.database.tables.core import recordings, transcripts
from synapse.errors import ObjectNotFoundError, StorageError
from synapse.settings.sections import Settings
from synapse.speech.entries import Entry, Look, entry_of
from synapse.speech.names import is_finished_name
from synapse.storage import ObjectInfo, ObjectStore

log = structlog.get_logger(__name__)

CHUNK = 500
YOUNG = timedelta(seconds=60)
"""An object written this recently may still be growing: it is looked at twice."""
SETTLE_SECONDS = 2.0
"""Time between the two looks; Asterisk writes several times a second."""


@dataclass(frozen=True)
class Catalogue:
    """The catalogue after a look.

    Attributes:
        total: Recordings known.
        by_state: State → number of recordings.
        looked_at: Objects that were new or had changed.
    """

    total: int
    by_state: dict[str, int]
    looked_at: int


def fresh_keys(engine: sa.Engine, store: ObjectStore, settings: Settings) -> Iterator[str]:
    """Keys of objects that the catalogue does not know as they are now.

    Only the folders of the newest two days are listed, so that the cost follows what is new and not what is
    stored; older objects that came late or were written again are found by the full look.

    Yields:
        Keys in order.
    """
    prefix = settings.recordings.prefix
    with engine.connect() as connection:
        after = _cursor(connection, prefix)
        for infos in _chunks(info for info in store.list(prefix, after) if is_finished_name(info.key)):
            yield from (info.key for info in _changed(connection, infos))


def catalogue_recordings(
    engine: sa.Engine,
    store: ObjectStore,
    keys: Iterable[str] | None,
    settings: Settings,
    *,
    now: datetime,
    settle_seconds: float = SETTLE_SECONDS,
) -> Catalogue:
    """Look into objects and write down what they are.

    Args:
        engine: Of the warehouse.
        store: Where the recordings are.
        keys: Which objects to look at; None: all, which also finds what was rewritten or has vanished.
        settings: Prefix, name patterns and time zones.
        now: The present.
        settle_seconds: How long a file that was written a moment ago is watched before it is read.
    """
    looked_at = 0
    with exclusively(engine, "recordings"):
        young: list[ObjectInfo] = []
        infos = _named(engine, store, keys) if keys is not None else _walk(engine, store, settings)
        for chunk in _chunks(infos):
            young += [info for info in chunk if now - info.modified_at < YOUNG]
            settled = [info for info in chunk if now - info.modified_at >= YOUNG]
            looked_at += _write(engine, store, settings, [Look(info) for info in settled], now)
        if young:
            looked_at += _write(engine, store, settings, _look_again(store, young, settle_seconds), now)
    with engine.connect() as connection:
        counts = connection.execute(
            sa.select(recordings.c.state, sa.func.count()).group_by(recordings.c.state)
        ).all()
    by_state = {str(state): int(count) for state, count in counts}
    return Catalogue(sum(by_state.values()), by_state, looked_at)


def _look_again(store: ObjectStore, young: list[ObjectInfo], settle_seconds: float) -> list[Look]:
    time.sleep(settle_seconds)
    looks = []
    for info in young:
        try:
            later = store.stat(info.key)
        except ObjectNotFoundError:
            continue
        looks.append(Look(later, is_growing=later.etag != info.etag))
    return looks


def _cursor(connection: sa.Connection, prefix: str) -> str | None:
    """Where to begin listing: the folder of the first recording of the newest two days.

    In a flat folder the names must begin with the uniqueid for that to be safe; else all is listed.
    """
    newest = sa.select(sa.func.max(recordings.c.started_on)).scalar_subquery()
    first = connection.execute(
        sa.select(sa.func.min(recordings.c.key)).where(
            recordings.c.started_on >= newest - 1, recordings.c.key.startswith(prefix, autoescape=True)
        )
    ).scalar()
    if first is None:
        return None
    folder, _, name = str(first).rpartition("/")
    if f"{folder}/" != prefix:
        return f"{folder}/"
    return str(first) if name[:1].isdigit() else None


def _chunks(infos: Iterable[ObjectInfo]) -> Iterator[list[ObjectInfo]]:
    iterator = iter(infos)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _changed(connection: sa.Connection, infos: list[ObjectInfo]) -> list[ObjectInfo]:
    keys = [info.key for info in infos]
    rows = connection.execute(
        sa.select(recordings.c.key, recordings.c.pair_key, recordings.c.etag, recordings.c.state).where(
            recordings.c.key.in_(keys) | recordings.c.pair_key.in_(keys)
        )
    ).all()
    known: dict[str, tuple[str, ...]] = {}
    for row in rows:
        etags = () if row.state in {"growing", "missing"} else tuple((row.etag or "").split("|"))
        known[row.key] = etags
        if row.pair_key:
            known[row.pair_key] = etags
    return [info for info in infos if info.etag not in known.get(info.key, ())]


def _named(engine: sa.Engine, store: ObjectStore, keys: Iterable[str]) -> Iterator[ObjectInfo]:
    for key in keys:
        try:
            yield store.stat(key)
        except ObjectNotFoundError:
            with engine.begin() as connection:
                _mark_missing(connection, recordings.c.key == key)


def _walk(engine: sa.Engine, store: ObjectStore, settings: Settings) -> Iterator[ObjectInfo]:
    """List everything; give what is new or changed, and mark what is gone."""
    prefix = settings.recordings.prefix
    last = prefix
    listed = (info for info in store.list(prefix) if is_finished_name(info.key))
    for infos in _chunks(listed):
        with engine.begin() as connection:
            _mark_missing(connection, _between(last, infos[-1].key, [info.key for info in infos]))
            changed = _changed(connection, infos)
        last = infos[-1].key
        yield from changed
    with engine.begin() as connection:
        beyond = recordings.c.key.startswith(prefix, autoescape=True) & (recordings.c.key > last)
        _mark_missing(connection, beyond)


def _between(first: str, last: str, present: list[str]) -> sa.ColumnElement[bool]:
    return (recordings.c.key > first) & (recordings.c.key <= last) & recordings.c.key.not_in(present)


def _mark_missing(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    connection.execute(
        sa.update(recordings)
        .where(which, recordings.c.state != "missing")
        .values(state="missing", reason="The object is no longer in the storage.")
    )


def _write(
    engine: sa.Engine, store: ObjectStore, settings: Settings, looks: list[Look], now: datetime
) -> int:
    """Probe and upsert; an object that cannot be read now stays fresh and is tried at the next look."""
    done: set[str] = set()
    for look in looks:
        if look.info.key in done:
            continue
        try:
            entry = entry_of(store, look, settings, now)
        except StorageError as error:
            log.warning("recording_not_read", reason=type(error).__name__)
            continue
        done |= set(entry.keys)
        with engine.begin() as connection:
            _upsert(connection, entry)
    return len(done)


def _upsert(connection: sa.Connection, entry: Entry) -> None:
    """Write one recording; transcripts of other content than it has now are no longer current."""
    old = connection.execute(
        sa.select(recordings.c.id, recordings.c.etag)
        .where(recordings.c.key.in_(entry.keys) | recordings.c.pair_key.in_(entry.keys))
        .order_by(recordings.c.id)
    ).all()
    if not old:
        connection.execute(sa.insert(recordings).values(**entry.row))
        return
    for row in old[1:]:  # halves that were taken for recordings of their own
        connection.execute(sa.delete(transcripts).where(transcripts.c.recording_id == row.id))
        connection.execute(sa.delete(recordings).where(recordings.c.id == row.id))
    if old[0].etag != entry.row["etag"] or len(old) > 1:
        connection.execute(
            sa.update(transcripts).where(transcripts.c.recording_id == old[0].id).values(is_current=False)
        )
    connection.execute(sa.update(recordings).where(recordings.c.id == old[0].id).values(**entry.row))
