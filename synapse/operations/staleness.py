"""What has arrived since the marts were last built, asked cheaply."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

import sqlalchemy as sa

from synapse.database.tables.core import refreshes

# Leaks grow old without any new file: the marts are built anew at least this often.
LONGEST_REST = timedelta(hours=6)


@dataclass(frozen=True)
class Watermark:
    """How far each input had been landed at one moment; equal watermarks mean nothing new."""

    values: dict[str, Any]


def _statement(name: str) -> sa.TextClause:
    return sa.text(resources.files("synapse.operations").joinpath(f"{name}.sql").read_text())


def present_watermark(connection: sa.Connection) -> Watermark:
    """Read the present watermark; every part of the query is answered from the end of an index."""
    row = connection.execute(_statement("watermark")).mappings().one()
    return Watermark({name: str(value) for name, value in row.items()})


def warehouse_is_stale(connection: sa.Connection, *, now: datetime) -> bool:
    """Whether the marts lack something that has landed, or are older than :data:`LONGEST_REST`."""
    last = connection.execute(
        sa.select(refreshes.c.watermark, refreshes.c.started_at).order_by(refreshes.c.id.desc()).limit(1)
    ).one_or_none()
    if last is None or now - last.started_at > LONGEST_REST:
        return True
    return bool(last.watermark != present_watermark(connection).values)


def record_refresh(connection: sa.Connection, watermark: Watermark, started_at: datetime) -> None:
    """Remember a successful build of the marts, in the caller's transaction."""
    connection.execute(sa.insert(refreshes).values(started_at=started_at, watermark=watermark.values))


def days_to_transcribe(connection: sa.Connection) -> list[date]:
    """Company days that have a usable recording without any current transcript, oldest first."""
    return list(connection.execute(_statement("days_to_transcribe")).scalars())
