"""The audit log: every change is written here in the transaction that makes it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from synapse.database.tables.app import audit_log
from synapse.settings.policies import Access


@dataclass(frozen=True)
class Actor:
    """Who asks for a change.

    Attributes:
        name: Login name, name of an API key, or of the command.
        role: Role at that moment; ``machine`` for API keys, ``system`` for Synapse itself.
        address: Address of the other end; empty where there is none.
        request_id: Id of the request in the logs.
        vet: Raises if under other rules of access this same request would no longer be let in as it was;
            None where nobody can be locked out.
    """

    name: str
    role: str = "system"
    address: str = ""
    request_id: str = ""
    vet: Callable[[sa.Connection, Access], None] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class AuditEntry:
    """One line of the log."""

    id: int
    occurred_at: datetime
    actor: str
    role: str
    address: str
    request_id: str
    action: str
    subject: str
    before: Any
    after: Any


@dataclass(frozen=True)
class AuditFilter:
    """Which lines are wanted; empty fields do not narrow."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def record(
    connection: sa.Connection,
    actor: Actor,
    action: str,
    subject: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one line in the caller's transaction; secrets must come as fingerprints.

    Args:
        connection: The transaction that makes the change.
        actor: Who asked for it.
        action: What was done, such as ``settings.save``.
        subject: To what, such as ``asr`` or a login name.
        before: Values before the change.
        after: Values after the change.
    """
    connection.execute(
        sa.insert(audit_log).values(
            actor=actor.name,
            role=actor.role,
            address=actor.address,
            request_id=actor.request_id,
            action=action,
            subject=subject,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
        )
    )


def _query(wanted: AuditFilter) -> sa.Select[Any]:
    columns = audit_log.c
    query = sa.select(audit_log).order_by(columns.id.desc())
    if wanted.actor:
        query = query.where(columns.actor == wanted.actor)
    if wanted.action:
        query = query.where(columns.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        query = query.where(columns.subject == wanted.subject)
    if wanted.since is not None:
        query = query.where(columns.occurred_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.occurred_at < wanted.until)
    return query


def entries(
    connection: sa.Connection, wanted: AuditFilter, *, older_than: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Return lines, newest first.

    Args:
        connection: To the warehouse.
        wanted: Filter.
        older_than: Id of the last line of the page before; None for the first page.
        limit: Most lines returned.
    """
    query = _query(wanted).limit(limit)
    if older_than is not None:
        query = query.where(audit_log.c.id < older_than)
    return [AuditEntry(**row) for row in connection.execute(query).mappings()]


def every_entry(connection: sa.Connection, wanted: AuditFilter) -> Iterator[AuditEntry]:
    """Yield all lines, newest first, without holding them in memory."""
    rows = connection.execution_options(yield_per=1000).execute(_query(wanted)).mappings()
    for row in rows:
        yield AuditEntry(**row)
