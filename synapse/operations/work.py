"""Work requests: what pages ask for and a sensor turns into runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from synapse.database.tables.app import work_requests
from synapse.logs import current_request_id


@dataclass(frozen=True)
class Request:
    """One piece of work.

    Attributes:
        id: Key of the row.
        kind: ``load``, ``catalogue``, ``transcribe`` or ``refresh``.
        day: The company day to transcribe; None for the other kinds.
        last_day: Where a range of days is to be transcribed, its last.
        recording_id: Where one recording is to be transcribed, its key in ``core.recordings``.
        way: What differs from the settings for it, see :class:`synapse.speech.way.Way`.
        request_id: Of the HTTP request that asked first; empty when none did.
    """

    id: int
    kind: str
    day: date | None
    request_id: str = ""
    last_day: date | None = None
    recording_id: int | None = None
    way: dict[str, str] = field(default_factory=dict)


def request_work(
    connection: sa.Connection,
    kind: str,
    *,
    requested_by: str,
    day: date | None = None,
    last_day: date | None = None,
    recording_id: int | None = None,
    way: Mapping[str, str] | None = None,
) -> int:
    """Ask for work in the caller's transaction; an equal request that still waits is not doubled.

    Args:
        connection: Open transaction.
        kind: As in :class:`Request`, and so are the arguments below.
        requested_by: Who asks.
        day: Of the recordings.
        last_day: Of the recordings.
        recording_id: One recording.
        way: For that recording.

    Returns:
        The id of the waiting request.
    """
    asked = {
        "day": day and day.isoformat(),
        "last_day": last_day and last_day.isoformat(),
        "recording_id": recording_id,
        "way": dict(way or {}) or None,
    }
    payload = {name: value for name, value in asked.items() if value is not None}
    waiting = connection.execute(
        sa.select(work_requests.c.id).where(
            work_requests.c.state == "new", work_requests.c.kind == kind, work_requests.c.payload == payload
        )
    ).scalar()
    if waiting is not None:
        return int(waiting)
    row = {"kind": kind, "payload": payload, "requested_by": requested_by, "request_id": current_request_id()}
    return int(
        connection.execute(sa.insert(work_requests).values(row).returning(work_requests.c.id)).scalar_one()
    )


def take_requests(connection: sa.Connection, *, kinds: list[str], limit: int = 100) -> list[Request]:
    """Take waiting requests, oldest first; two takers never get the same one."""
    waiting = (
        sa.select(work_requests.c.id)
        .where(work_requests.c.state == "new", work_requests.c.kind.in_(kinds))
        .order_by(work_requests.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = connection.execute(
        sa.update(work_requests)
        .where(work_requests.c.id.in_(waiting))
        .values(state="taken", taken_at=sa.func.now())
        .returning(
            work_requests.c.id, work_requests.c.kind, work_requests.c.payload, work_requests.c.request_id
        )
    ).all()
    return [
        Request(
            row.id,
            row.kind,
            _day(row.payload, "day"),
            row.request_id,
            _day(row.payload, "last_day"),
            row.payload.get("recording_id"),
            row.payload.get("way", {}),
        )
        for row in sorted(taken, key=lambda row: row.id)
    ]


def _day(payload: Mapping[str, str], name: str) -> date | None:
    return date.fromisoformat(payload[name]) if name in payload else None


def finish_request(connection: sa.Connection, request_id: int, *, run_id: str, error: str | None) -> None:
    """Record how a request ended; ``error`` None means well."""
    connection.execute(
        sa.update(work_requests)
        .where(work_requests.c.id == request_id)
        .values(state="failed" if error else "done", error=error, run_id=run_id, finished_at=sa.func.now())
    )
