"""One worker at a time per piece of work, across processes: a sensor's run, `refresh`, a backfill."""

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa


@contextlib.contextmanager
def exclusively(engine: sa.Engine, work: str) -> Iterator[None]:
    """Wait for the right to do ``work`` and hold it inside the block.

    Postgres keeps the lock for the session, so that a killed process frees it by itself.

    Args:
        engine: Of the warehouse; one connection is held for the whole block.
        work: Name of what must not be done twice at once.
    """
    key = sa.func.hashtextextended(f"synapse/{work}", 0)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(key)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))


def try_exclusively(connection: sa.Connection, work: str) -> bool:
    """Take the same right until the end of the present transaction, if nobody holds it; never wait."""
    key = sa.func.hashtextextended(f"synapse/{work}", 0)
    return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(key))))
