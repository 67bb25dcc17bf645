"""One conversation with all that is known of it, as a reader may see it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from synapse.conversations.listing import ConversationRow, conversations_of_contact
from synapse.conversations.words import Insight, Message, Utterance, insight_of, messages_of, utterances_of
from synapse.database.tables.core import recordings, transcripts
from synapse.reports.marts import agents, calls, contacts, conversations, leakage
from synapse.reports.receipts import ReceiptRow, receipts_of_contact
from synapse.security.masking import Masking


@dataclass(frozen=True)
class CallFacts:
    """What the telephone exchange knows of a call."""

    queue: str | None
    wait_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int | None
    transfers: int
    legs: int
    agents: tuple[str, ...]
    is_short_abandon: bool
    is_hidden_number: bool
    is_called_back: bool
    reached_at: datetime | None
    callback_attempts: int


@dataclass(frozen=True)
class Recording:
    """The sound of a conversation; ``state`` other than ``ready`` says why there is none."""

    recording_id: int
    state: str
    duration_seconds: float | None
    is_split: bool
    codec: str | None


@dataclass(frozen=True)
class Speech:
    """How the talk went, from the transcript's row."""

    model: str
    language: str | None
    duration_seconds: float
    silence_seconds: float | None
    agent_talk_ratio: float | None
    client_talk_ratio: float | None
    mean_confidence: float | None
    interruptions: int


@dataclass(frozen=True)
class CardLeak:
    """A leak that began in this conversation."""

    leak_id: str
    kind: str
    status: str
    amount: Decimal
    due_at: datetime | None
    explanation: str | None


@dataclass(frozen=True)
class Card:
    """Everything that the page of one conversation shows."""

    conversation_id: str
    channel: str
    direction: str
    started_at: datetime
    ended_at: datetime | None
    contact_id: int | None
    contact: str | None
    phone: str | None
    email: str | None
    dial: str | None
    agent: str | None
    is_answered: bool
    is_missed: bool
    is_in_business_hours: bool
    response_seconds: int | None
    source: str | None
    medium: str | None
    campaign: str | None
    contact_amount: Decimal | None
    call: CallFacts | None
    recording: Recording | None
    speech: Speech | None
    utterances: tuple[Utterance, ...]
    messages: tuple[Message, ...]
    insight: Insight | None
    leaks: tuple[CardLeak, ...]
    others: tuple[ConversationRow, ...]
    receipts: tuple[ReceiptRow, ...]


def conversation_card(connection: sa.Connection, conversation_id: str, *, masking: Masking) -> Card | None:
    """Read the card of one conversation; None when there is no such conversation."""
    t = conversations.c
    row = connection.execute(
        sa.select(
            conversations,
            contacts.c.display_name,
            contacts.c.phone,
            contacts.c.email,
            contacts.c.net_amount,
            sa.func.coalesce(agents.c.agent_name, t.agent_id).label("agent"),
        )
        .select_from(
            conversations.outerjoin(contacts, contacts.c.contact_id == t.contact_id).outerjoin(
                agents, agents.c.agent_id == t.agent_id
            )
        )
        .where(t.conversation_id == conversation_id)
    ).one_or_none()
    if row is None:
        return None
    v = row._mapping
    contact_id = v["contact_id"]
    others: list[ConversationRow] = []
    receipts: list[ReceiptRow] = []
    if contact_id is not None:
        others = conversations_of_contact(connection, contact_id, masking=masking, limit=12)
        receipts = receipts_of_contact(connection, contact_id, masking=masking, limit=12)
    phone = v["client_number"] or v["phone"]
    written = messages_of(connection, v, masking=masking) if v["channel"] != "call" else []
    return Card(
        conversation_id=conversation_id,
        channel=v["channel"],
        direction=v["direction"],
        started_at=v["started_at"],
        ended_at=v["ended_at"],
        contact_id=contact_id,
        contact=masking.name(v["display_name"]),
        phone=masking.phone(phone),
        email=masking.email(v["email"]),
        dial=phone if masking.shows_identifiers else None,
        agent=v["agent"],
        is_answered=bool(v["is_answered"]),
        is_missed=bool(v["is_missed"]),
        is_in_business_hours=bool(v["is_in_business_hours"]),
        response_seconds=v["response_seconds"],
        source=v["source"],
        medium=v["medium"],
        campaign=v["campaign"],
        contact_amount=v["net_amount"],
        call=_call(connection, v["call_id"]),
        recording=_recording(connection, v["recording_id"]),
        speech=_speech(connection, v["transcript_id"]),
        utterances=tuple(utterances_of(connection, v["transcript_id"], masking=masking)),
        messages=tuple(written),
        insight=insight_of(
            connection, v["transcript_id"], written, conversation_id=conversation_id, masking=masking
        ),
        leaks=tuple(_leaks(connection, conversation_id, masking)),
        others=tuple(other for other in others if other.conversation_id != conversation_id),
        receipts=tuple(receipts),
    )


def _call(connection: sa.Connection, call_id: str | None) -> CallFacts | None:
    if call_id is None:
        return None
    row = connection.execute(sa.select(calls).where(calls.c.call_id == call_id)).one_or_none()
    if row is None:
        return None
    v = row._mapping
    return CallFacts(
        queue=v["queue"],
        wait_seconds=v["wait_seconds"],
        talk_seconds=v["talk_seconds"],
        hold_seconds=v["hold_seconds"],
        transfers=v["transfers"] or 0,
        legs=v["legs"] or 0,
        agents=_names(connection, v["agent_ids"] or []),
        is_short_abandon=bool(v["is_short_abandon"]),
        is_hidden_number=bool(v["is_hidden_number"]),
        is_called_back=bool(v["is_called_back"]),
        reached_at=v["reached_at"],
        callback_attempts=v["callback_attempts"] or 0,
    )


def _names(connection: sa.Connection, ids: list[str]) -> tuple[str, ...]:
    rows = connection.execute(sa.select(agents).where(agents.c.agent_id.in_(ids))).all()
    names = {row.agent_id: row.agent_name for row in rows}
    return tuple(names.get(each) or each for each in ids)


def _recording(connection: sa.Connection, recording_id: int | None) -> Recording | None:
    if recording_id is None:
        return None
    t = recordings.c
    row = connection.execute(
        sa.select(t.id, t.state, t.duration_seconds, t.pair_key, t.codec).where(t.id == recording_id)
    ).one_or_none()
    if row is None:
        return None
    return Recording(row.id, row.state, row.duration_seconds, row.pair_key is not None, row.codec)


def _speech(connection: sa.Connection, transcript_id: int | None) -> Speech | None:
    if transcript_id is None:
        return None
    row = connection.execute(sa.select(transcripts).where(transcripts.c.id == transcript_id)).one_or_none()
    if row is None:
        return None
    v: Any = row._mapping
    return Speech(
        model=v["model"],
        language=v["language"],
        duration_seconds=v["duration_seconds"],
        silence_seconds=v["silence_seconds"],
        agent_talk_ratio=v["agent_talk_ratio"],
        client_talk_ratio=v["client_talk_ratio"],
        mean_confidence=v["mean_confidence"],
        interruptions=(v["agent_interruptions"] or 0) + (v["client_interruptions"] or 0),
    )


def _leaks(connection: sa.Connection, conversation_id: str, masking: Masking) -> list[CardLeak]:
    t = leakage.c
    rows = connection.execute(
        sa.select(leakage).where(t.conversation_id == conversation_id).order_by(t.occurred_at)
    ).all()
    return [
        CardLeak(
            row.leak_id,
            row.kind,
            row.status,
            Decimal((row.saved_amount if row.status == "recovered" else row.estimated_amount) or 0),
            row.due_at,
            masking.note(row.explanation),
        )
        for row in rows
    ]
