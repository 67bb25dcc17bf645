"""The list of conversations, newest first."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from synapse.conversations.filter import ConversationFilter
from synapse.conversations.search import Snippet, snippets
from synapse.reports.keyset import Page, decode_cursor, encode_cursor
from synapse.reports.leakage import worth
from synapse.reports.marts import agents, calls, contacts, conversations, leakage, receipts
from synapse.security.masking import Masking

# Words that stand in a third of all talks are found quickly, but counting them is not worth the wait.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class LeakMark:
    """A leak that began in a conversation."""

    kind: str
    status: str
    amount: Decimal


@dataclass(frozen=True)
class ConversationRow:
    """One conversation as a reader may see it."""

    conversation_id: str
    channel: str
    direction: str
    started_at: datetime
    contact: str | None
    phone: str | None
    agent: str | None
    queue: str | None
    is_answered: bool
    is_missed: bool
    response_seconds: int | None
    talk_seconds: int | None
    messages: int | None
    intent: str | None
    is_sales_enquiry: bool
    is_complaint: bool
    topics: tuple[str, ...]
    summary: str | None
    has_recording: bool
    has_transcript: bool
    leaks: tuple[LeakMark, ...]
    receipts_amount: Decimal | None
    snippet: Snippet | None = None


def count_conversations(connection: sa.Connection, chosen: ConversationFilter) -> int:
    """How many conversations are under a filter; of those found by words at most ``MOST_COUNTED + 1``."""
    conditions = chosen.prepared(connection).conditions()
    if chosen.text:
        inner = sa.select(sa.literal(1)).select_from(conversations).where(*conditions)
        query = sa.select(sa.func.count()).select_from(inner.limit(MOST_COUNTED + 1).subquery())
    else:
        query = sa.select(sa.func.count()).select_from(conversations).where(*conditions)
    return int(connection.execute(query).scalar_one())


def list_conversations(
    connection: sa.Connection,
    chosen: ConversationFilter,
    *,
    masking: Masking,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ConversationRow]:
    """One page of conversations under a filter, newest first.

    Args:
        connection: On a warehouse with marts.
        chosen: Which conversations.
        masking: What the reader may see.
        cursor: ``next_cursor`` of the page before.
        limit: Rows at most.
    """
    t = conversations.c
    chosen = chosen.prepared(connection)
    picked = sa.select(t.conversation_id).where(*chosen.conditions())
    after = _position(cursor)
    if after is not None:
        picked = picked.where(sa.tuple_(t.started_at, t.conversation_id) < after)
    picked = picked.order_by(t.started_at.desc(), t.conversation_id.desc()).limit(limit + 1)
    ids = list(connection.execute(picked).scalars())
    shown = ids[:limit]
    rows = _rows(connection, shown, masking)
    if chosen.search is not None:
        places = snippets(connection, chosen.search, shown, masking=masking)
        rows = [replace(row, snippet=places.get(row.conversation_id)) for row in rows]
    more = len(ids) > limit
    cursor = encode_cursor(rows[-1].started_at.isoformat(), rows[-1].conversation_id) if more else None
    return Page(rows, cursor)


def _position(cursor: str | None) -> sa.ColumnElement[Any] | None:
    values = decode_cursor(cursor, 2)
    if values is None:
        return None
    try:
        moment = datetime.fromisoformat(values[0])
    except ValueError:
        return None
    return sa.tuple_(sa.literal(moment, sa.TIMESTAMP(timezone=True)), sa.literal(values[1], sa.Text))


def conversations_of_contact(
    connection: sa.Connection, contact_id: int, *, masking: Masking, limit: int = 20
) -> list[ConversationRow]:
    """The newest conversations of one contact."""
    t = conversations.c
    ids = connection.execute(
        sa.select(t.conversation_id)
        .where(t.contact_id == contact_id)
        .order_by(t.started_at.desc())
        .limit(limit)
    ).scalars()
    return _rows(connection, list(ids), masking)


def _rows(connection: sa.Connection, ids: list[str], masking: Masking) -> list[ConversationRow]:
    t = conversations.c
    rows = connection.execute(
        sa.select(
            conversations,
            contacts.c.display_name,
            contacts.c.phone,
            sa.func.coalesce(agents.c.agent_name, t.agent_id).label("agent"),
            calls.c.talk_seconds,
        )
        .select_from(
            conversations.outerjoin(contacts, contacts.c.contact_id == t.contact_id)
            .outerjoin(agents, agents.c.agent_id == t.agent_id)
            .outerjoin(calls, calls.c.call_id == t.call_id)
        )
        .where(t.conversation_id.in_(ids))
        .order_by(t.started_at.desc(), t.conversation_id.desc())
    ).all()
    leaks = _leaks(connection, ids)
    money = _money(connection, ids)
    return [_row(row, leaks[row.conversation_id], money.get(row.conversation_id), masking) for row in rows]


def _leaks(connection: sa.Connection, ids: list[str]) -> dict[str, list[LeakMark]]:
    t = leakage.c
    rows = connection.execute(
        sa.select(t.conversation_id, t.kind, t.status, worth.label("amount"))
        .where(t.conversation_id.in_(ids))
        .order_by(worth.desc())
    ).all()
    found: dict[str, list[LeakMark]] = defaultdict(list)
    for row in rows:
        found[row.conversation_id].append(LeakMark(row.kind, row.status, Decimal(row.amount)))
    return found


def _money(connection: sa.Connection, ids: list[str]) -> dict[str, Decimal]:
    t = receipts.c
    rows = connection.execute(
        sa.select(t.enquiry_id, sa.func.sum(t.amount).label("amount"))
        .where(t.enquiry_id.in_(ids), t.match_status == "matched")
        .group_by(t.enquiry_id)
    ).all()
    return {row.enquiry_id: Decimal(row.amount) for row in rows}


def _row(
    row: sa.Row[tuple[object, ...]], leaks: list[LeakMark], money: Decimal | None, masking: Masking
) -> ConversationRow:
    v = row._mapping
    return ConversationRow(
        conversation_id=v["conversation_id"],
        channel=v["channel"],
        direction=v["direction"],
        started_at=v["started_at"],
        contact=masking.name(v["display_name"]),
        phone=masking.phone(v["client_number"] or v["phone"]),
        agent=v["agent"],
        queue=v["queue"],
        is_answered=bool(v["is_answered"]),
        is_missed=bool(v["is_missed"]),
        response_seconds=v["response_seconds"],
        talk_seconds=v["talk_seconds"],
        messages=v["messages"],
        intent=v["intent"],
        is_sales_enquiry=bool(v["is_sales_enquiry"]),
        is_complaint=bool(v["is_complaint"]),
        topics=tuple(v["topics"] or ()),
        summary=masking.text(v["summary"]),
        has_recording=v["recording_id"] is not None,
        has_transcript=v["transcript_id"] is not None,
        leaks=tuple(leaks),
        receipts_amount=money,
    )
