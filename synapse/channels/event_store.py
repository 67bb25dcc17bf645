"""Checked events → Postgres, many requests in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import orjson
import psycopg
import structlog

from synapse.channels.web import Batch, Reject, reject_rows

_SQL = resources.files("synapse.channels")
_INSERT_EVENTS = _SQL.joinpath("insert_web_events.sql").read_bytes()
_INSERT_REJECTS = _SQL.joinpath("insert_rejected_events.sql").read_bytes()
_log = structlog.get_logger(__name__)

# What is wrong with the data, not with the server: the same rows would fail again.
_DATA_ERRORS = (psycopg.DataError, psycopg.IntegrityError)


@dataclass(frozen=True)
class Parcel:
    """What one request brings, serialised once: for Postgres and for the spool alike.

    Attributes:
        events: JSON array of rows of ``raw.web_events``.
        rejects: JSON array of rows of ``raw.rejected_rows``.
        count: How many rows are in both.
    """

    events: bytes
    rejects: bytes
    count: int

    @classmethod
    def of(cls, batch: Batch) -> "Parcel":
        """Serialise a checked batch."""
        rejects = reject_rows(batch.rejects)
        return cls(orjson.dumps(batch.rows), orjson.dumps(rejects), len(batch.rows) + len(rejects))

    def record(self) -> bytes:
        """Return the payload of a spool record."""
        return b'{"events":%s,"rejects":%s}' % (self.events, self.rejects)


def read_records(records: Sequence[bytes]) -> tuple[list[Parcel], int]:
    """Return the parcels of spool records and how many records were none."""
    parcels: list[Parcel] = []
    for record in records:
        try:
            document = orjson.loads(record)
            events, rejects = document["events"], document["rejects"]
            parcels.append(Parcel(orjson.dumps(events), orjson.dumps(rejects), len(events) + len(rejects)))
        except (ValueError, KeyError, TypeError):
            continue
    return parcels, len(records) - len(parcels)


async def store_parcels(connection: psycopg.AsyncConnection[Any], parcels: Sequence[Parcel]) -> None:
    """Store parcels in one transaction; events that are there already change nothing.

    A row that Postgres refuses for its content is found by halving and kept in ``raw.rejected_rows``.

    Args:
        connection: In autocommit mode, outside a transaction.
        parcels: Any number.

    Raises:
        psycopg.Error: Postgres is away or cannot write; nothing was stored.
    """
    events, rejects = _joined(p.events for p in parcels), _joined(p.rejects for p in parcels)
    try:
        await _store(connection, events, rejects)
    except _DATA_ERRORS:
        async with connection.transaction():
            await _store_halving(connection, orjson.loads(events))
            if rejects != b"[]":
                await connection.execute(_INSERT_REJECTS, (rejects.decode(),))


async def _store(connection: psycopg.AsyncConnection[Any], events: bytes, rejects: bytes) -> None:
    if rejects == b"[]":  # one statement is a transaction of its own: a round trip, not three
        await connection.execute(_INSERT_EVENTS, (events.decode(),), prepare=True)
        return
    async with connection.transaction():
        await connection.execute(_INSERT_EVENTS, (events.decode(),), prepare=True)
        await connection.execute(_INSERT_REJECTS, (rejects.decode(),), prepare=True)


async def _store_halving(connection: psycopg.AsyncConnection[Any], rows: list[dict[str, Any]]) -> None:
    try:
        async with connection.transaction():
            await connection.execute(_INSERT_EVENTS, (orjson.dumps(rows).decode(),))
    except _DATA_ERRORS as error:
        if len(rows) > 1:
            middle = len(rows) // 2
            await _store_halving(connection, rows[:middle])
            await _store_halving(connection, rows[middle:])
            return
        _log.error("event_refused_by_database", sqlstate=error.sqlstate)
        reason = f"Postgres refused it ({error.sqlstate})"
        kept = Reject(None, "refused_by_database", "", reason, orjson.dumps(rows[0]).decode())
        await connection.execute(_INSERT_REJECTS, (orjson.dumps(reject_rows([kept])).decode(),))


def _joined(arrays: Any) -> bytes:
    """Join JSON arrays without parsing them."""
    return b"[" + b",".join(array[1:-1] for array in arrays if array != b"[]") + b"]"
