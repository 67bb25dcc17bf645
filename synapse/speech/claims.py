"""One worker at a time per recording, on any number of machines.

A claim is an advisory lock of Postgres: a killed worker's session ends and frees it by itself. The row in
``core.hearings`` beside it stays behind, and so a recording that kills whoever hears it is known for one.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.speech import hearings

MOST_ATTEMPTS = 3
"""A recording whose worker was killed this often without a step forward is not tried again."""


class Claims:
    """The recordings that this process is at.

    Args:
        engine: Of the warehouse.
        connection: Session of its own that holds the locks.
    """

    def __init__(self, engine: sa.Engine, connection: sa.Connection) -> None:
        self._engine = engine
        self._connection = connection
        self._held: set[int] = set()

    def take(self, recording_id: int, *, now: datetime) -> int:
        """Wait for the right to a recording; workers take them in one order, so that none waits in a circle.

        Args:
            recording_id: Key of ``core.recordings``.
            now: The present moment.

        Returns:
            How often it was begun since the last step forward, this time included.
        """
        self._connection.execute(sa.select(sa.func.pg_advisory_lock(_key(recording_id))))
        self._held.add(recording_id)
        row = {
            "recording_id": recording_id,
            "worker": f"{socket.gethostname()}:{os.getpid()}",
            "attempts": 1,
            "begun_at": now,
        }
        statement = insert(hearings).values(row)
        with self._engine.begin() as connection:
            return int(
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=[hearings.c.recording_id],
                        set_={
                            "worker": statement.excluded.worker,
                            "begun_at": statement.excluded.begun_at,
                            "attempts": hearings.c.attempts + 1,
                        },
                    ).returning(hearings.c.attempts)
                ).scalar_one()
            )

    def release(self, recording_id: int) -> None:
        """Let a recording go: it is done, or it is left in good order."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(hearings).where(hearings.c.recording_id == recording_id))
        self._connection.execute(sa.select(sa.func.pg_advisory_unlock(_key(recording_id))))
        self._held.discard(recording_id)

    def release_all(self) -> None:
        """Let go of everything."""
        for recording_id in sorted(self._held):
            self.release(recording_id)


def step_forward(connection: sa.Connection, recording_id: int) -> None:
    """Say, in the caller's transaction, that the hearing of a recording got on."""
    connection.execute(sa.update(hearings).where(hearings.c.recording_id == recording_id).values(attempts=1))


@contextmanager
def claims(engine: sa.Engine) -> Iterator[Claims]:
    """Open a session for claims; whatever is still held at the end is let go, whether by an error or not."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = Claims(engine, connection)
        try:
            yield held
        finally:
            held.release_all()


def _key(recording_id: int) -> sa.ColumnElement[Any]:
    return sa.func.hashtextextended(f"synapse/recording {recording_id}", 0)
