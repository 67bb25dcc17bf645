"""Work requests: what pages ask for and a sensor turns into runs."""

from dataclasses import dataclass
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
        request_id: Of the HTTP request that asked first; empty when none did.
    """

    id: int
    kind: str
    day: date | None
    request_id: str = ""


def request_work(connection: sa.Connection, kind: str, *, requested_by: str, day: date | None = None) -> int:
    """Ask for work in the caller's transaction; an equal request that still waits is not doubled.

    Returns:
        The id of the waiting request.
    """
    payload = {"day": day.isoformat()} if day else {}
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
            date.fromisoformat(row.payload["day"]) if "day" in row.payload else None,
            row.request_id,
        )
        for row in sorted(taken, key=lambda row: row.id)
    ]


def finish_request(connection: sa.Connection, request_id: int, *, run_id: str, error: str | None) -> None:
    """Record how a request ended; ``error`` None means well."""
    connection.execute(
        sa.update(work_requests)
        .where(work_requests.c.id == request_id)
        .values(state="failed" if error else "done", error=error, run_id=run_id, finished_at=sa.func.now())
    )
