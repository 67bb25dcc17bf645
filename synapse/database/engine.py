"""One way to get an engine, so that pool, time zone and time-outs are the same everywhere."""

from functools import lru_cache

import sqlalchemy as sa

from synapse.environment import load_environment


@lru_cache(maxsize=4)
def engine_for(url: str) -> sa.Engine:
    """Return the process-wide engine of ``url``.

    Args:
        url: SQLAlchemy URL with the psycopg 3 driver.

    Returns:
        An engine whose sessions run in UTC and give up connecting after 5 seconds.
    """
    return sa.create_engine(
        url,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        hide_parameters=True,  # errors end up in logs, values are personal data
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC", "application_name": "synapse"},
    )


def engine() -> sa.Engine:
    """Return the engine of the warehouse named by the environment."""
    return engine_for(load_environment().warehouse_url)
