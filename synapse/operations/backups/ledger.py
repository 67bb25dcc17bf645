"""What became of every attempt to make a copy: ``app.backups``."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from synapse.database.tables.app import backups
from synapse.operations.backups.manifest import Manifest

ABANDONED_AFTER = timedelta(hours=24)
OLD_AFTER = timedelta(hours=36)

_T = backups.c


@dataclass(frozen=True)
class BackupState:
    """The last good copy.

    Attributes:
        copy_id: Its name at the place.
        made_at: When it was finished.
        objects: Objects it holds.
        checked_at: When a drill last restored a copy; None if never.
        check_error: How that drill failed; None if it went well.
    """

    copy_id: str
    made_at: datetime
    objects: int
    checked_at: datetime | None
    check_error: str | None


def begin(engine: sa.Engine, copy_id: str, place: str, *, now: datetime) -> None:
    """Note that a copy is being made; attempts that a killed process left are closed."""
    with engine.begin() as connection:
        connection.execute(
            sa.update(backups)
            .where(_T.state == "running", _T.started_at < now - ABANDONED_AFTER)
            .values(state="failed", error="The process ended before the copy was complete.", finished_at=now)
        )
        connection.execute(sa.insert(backups).values(copy_id=copy_id, place=place, started_at=now))


def succeed(engine: sa.Engine, manifest: Manifest, *, now: datetime) -> None:
    """Note that a copy is complete."""
    with engine.begin() as connection:
        connection.execute(
            sa.update(backups)
            .where(_T.copy_id == manifest.id)
            .values(
                state="good",
                finished_at=now,
                objects=manifest.objects,
                bytes=sum(dump.size for dump in manifest.dumps.values()) + manifest.object_bytes,
            )
        )


def fail(engine: sa.Engine, copy_id: str, error: str, *, now: datetime) -> None:
    """Note why a copy was not made."""
    with engine.begin() as connection:
        connection.execute(
            sa.update(backups)
            .where(_T.copy_id == copy_id)
            .values(state="failed", finished_at=now, error=error[:1000])
        )


def note_check(engine: sa.Engine, copy_id: str, error: str | None, *, now: datetime) -> None:
    """Note how a drill ended; of a copy that another installation made nothing is kept."""
    with engine.begin() as connection:
        connection.execute(
            sa.update(backups)
            .where(_T.copy_id == copy_id)
            .values(checked_at=now, check_error=error and error[:1000])
        )


def last_good(connection: sa.Connection) -> BackupState | None:
    """The newest good copy and the newest drill."""
    good = connection.execute(
        sa.select(backups).where(_T.state == "good").order_by(_T.started_at.desc()).limit(1)
    ).one_or_none()
    if good is None:
        return None
    check = connection.execute(
        sa.select(_T.checked_at, _T.check_error)
        .where(_T.checked_at.is_not(None))
        .order_by(_T.checked_at.desc())
        .limit(1)
    ).one_or_none()
    return BackupState(
        good.copy_id,
        good.finished_at,
        good.objects,
        check.checked_at if check else None,
        check.check_error if check else None,
    )


def last_error(connection: sa.Connection) -> str | None:
    """Why the newest attempt failed; None if it did not."""
    newest = connection.execute(
        sa.select(_T.state, _T.error).order_by(_T.started_at.desc()).limit(1)
    ).one_or_none()
    return newest.error if newest and newest.state == "failed" else None
