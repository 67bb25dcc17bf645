"""The list of leaks, dearest first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa

from synapse.reports.keyset import Page, decode_cursor, encode_cursor
from synapse.reports.leakage import LeakFilter, worth
from synapse.reports.marts import agents, contacts, leakage
from synapse.security.masking import Masking


@dataclass(frozen=True)
class LeakRow:
    """One leak as a reader may see it; ``dial`` is a number to call, only for roles that see phones."""

    leak_id: str
    kind: str
    status: str
    occurred_at: datetime
    due_at: datetime | None
    recovered_at: datetime | None
    amount: Decimal
    contact: str | None
    phone: str | None
    dial: str | None
    conversation_id: str | None
    agent: str | None
    queue: str | None
    channel: str | None
    attempts: int
    explanation: str | None


def list_leaks(
    connection: sa.Connection,
    chosen: LeakFilter,
    *,
    masking: Masking,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[LeakRow]:
    """One page of leaks under a filter: dearest first, among equals the newest.

    Args:
        connection: On a warehouse with marts.
        chosen: Which leaks.
        masking: What the reader may see.
        cursor: ``next_cursor`` of the page before.
        limit: Rows at most.
    """
    t = leakage.c
    name = sa.func.coalesce(agents.c.agent_name, t.agent_id)
    query = (
        sa.select(
            leakage, worth.label("amount"), contacts.c.display_name, contacts.c.phone, name.label("agent")
        )
        .select_from(
            leakage.outerjoin(contacts, contacts.c.contact_id == t.contact_id).outerjoin(
                agents, agents.c.agent_id == t.agent_id
            )
        )
        .where(*chosen.conditions())
        .order_by(worth.desc(), t.occurred_at.desc(), t.leak_id)
        .limit(limit + 1)
    )
    after = _position(cursor)
    if after is not None:
        query = query.where(_comes_after(*after))
    rows = connection.execute(query).all()
    shown = [_row(row, masking) for row in rows[:limit]]
    return Page(shown, _cursor(shown[-1]) if len(rows) > limit else None)


def _cursor(last: LeakRow) -> str:
    return encode_cursor(str(last.amount), last.occurred_at.isoformat(), last.leak_id)


def _position(cursor: str | None) -> tuple[Decimal, datetime, str] | None:
    values = decode_cursor(cursor, 3)
    if values is None:
        return None
    try:
        return Decimal(values[0]), datetime.fromisoformat(values[1]), values[2]
    except (InvalidOperation, ValueError):
        return None


def _comes_after(amount: Decimal, occurred_at: datetime, leak_id: str) -> sa.ColumnElement[bool]:
    """Rows below a position: cheaper, or as dear and older, or of the same moment with a later key."""
    t = leakage.c
    later_key = sa.and_(t.occurred_at == occurred_at, t.leak_id > leak_id)
    return sa.or_(worth < amount, sa.and_(worth == amount, sa.or_(t.occurred_at < occurred_at, later_key)))


def _row(row: sa.Row[tuple[object, ...]], masking: Masking) -> LeakRow:
    v = row._mapping
    phone = v["client_number"] or v["phone"]
    return LeakRow(
        leak_id=v["leak_id"],
        kind=v["kind"],
        status=v["status"],
        occurred_at=v["occurred_at"],
        due_at=v["due_at"],
        recovered_at=v["recovered_at"],
        amount=Decimal(v["amount"]),
        contact=masking.name(v["display_name"]),
        phone=masking.phone(phone),
        dial=phone if masking.shows_identifiers else None,
        conversation_id=v["conversation_id"],
        agent=v["agent"],
        queue=v["queue"],
        channel=v["channel"],
        attempts=v["attempts"] or 0,
        explanation=masking.note(v["explanation"]),
    )
