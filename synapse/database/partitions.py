"""Daily partitions of ``raw.web_events``.

Rows of a day without a partition go to the default one and stay readable; making the partition later takes
them over.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from psycopg import sql

_PARENT = sql.Identifier("raw", "web_events")
_DEFAULT = sql.Identifier("raw", "web_events_default")


def partition_name(day: date) -> str:
    """Return the table that holds the events of one UTC day, without its schema."""
    return f"web_events_{day:%Y%m%d}"


def ensure_partitions(connection: sa.Connection, days: Iterable[date]) -> list[date]:
    """Make the partitions of ``days`` that are missing, in the caller's transaction.

    Writers of ``raw.web_events`` wait until the caller commits, so commit at once; where nothing is missing
    nobody waits.

    Args:
        connection: Open transaction; the caller commits.
        days: UTC days on which events occurred, in any order.

    Returns:
        The days whose partition was made now.
    """
    missing = _missing(connection, sorted(set(days)))
    if not missing:
        return []
    # Against writers and other makers, not readers. Without it a row already on its way to the default
    # partition would be refused there once its day has a partition of its own.
    _run(connection, sql.SQL("lock table only {} in share row exclusive mode").format(_PARENT))
    missing = _missing(connection, missing)
    for day in missing:
        _make(connection, day)
    return missing


def coming_days(now: datetime, *, back: int = 1, ahead: int = 2) -> list[date]:
    """Return the UTC days around ``now`` on which fresh events occur."""
    today = now.astimezone(UTC).date()
    return [today + timedelta(days=offset) for offset in range(-back, ahead + 1)]


def _missing(connection: sa.Connection, days: list[date]) -> list[date]:
    names = [f"raw.{partition_name(day)}" for day in days]
    known = connection.execute(
        sa.text(
            "select name from unnest(cast(:names as text[])) as name where to_regclass(name) is not null"
        ),
        {"names": names},
    ).scalars()
    present = set(known)
    return [day for day, name in zip(days, names, strict=True) if name not in present]


def _make(connection: sa.Connection, day: date) -> None:
    table = sql.Identifier("raw", partition_name(day))
    begins = datetime.combine(day, time(), UTC)
    limits = {"begins": sql.Literal(begins), "ends": sql.Literal(begins + timedelta(days=1))}
    names = {"table": table, "parent": _PARENT, "fallback": _DEFAULT, **limits}
    for statement in (
        "create table {table} (like {parent} including all)",
        "with moved as (delete from {fallback} where occurred_at >= {begins} and occurred_at < {ends}"
        " returning *) insert into {table} select * from moved",
        "alter table {parent} attach partition {table} for values from ({begins}) to ({ends})",
    ):
        _run(connection, sql.SQL(statement).format(**names))


def _run(connection: sa.Connection, statement: sql.Composable) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    connection.exec_driver_sql(statement.as_string(driver))
