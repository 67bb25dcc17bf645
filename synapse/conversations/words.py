"""What was said or written in a conversation, and the labels made from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from synapse.database.tables.core import insights, next_steps, transcript_segments
from synapse.database.tables.raw import messages
from synapse.security.masking import Masking

_MOST_SEGMENTS = 5000
_MOST_MESSAGES = 500


@dataclass(frozen=True)
class Word:
    """One word; ``start`` in seconds from the beginning of the sound."""

    text: str
    start: float | None
    is_doubtful: bool


@dataclass(frozen=True)
class Utterance:
    """What one speaker said without a break; times in seconds."""

    position: int
    start: float
    end: float
    speaker: str
    words: tuple[Word, ...]
    is_doubtful: bool


@dataclass(frozen=True)
class Message:
    """One written message."""

    message_id: str
    direction: str
    author: str | None
    author_kind: str
    sent_at: datetime
    text: str | None
    attachments: int


@dataclass(frozen=True)
class Evidence:
    """Why a label was given: the phrase, where it was said, and the company's rule that found it."""

    field: str
    value: str | None
    phrase: str | None
    segment: int | None
    start: float | None
    rule: str | None = None


@dataclass(frozen=True)
class NextStep:
    """A promise: who does what by when."""

    who: str
    action: str
    phrase: str | None
    due_at: datetime | None
    segment: int | None
    start: float | None


@dataclass(frozen=True)
class ChecklistItem:
    """One thing that a good conversation has, and where it was heard."""

    item: str
    is_done: bool
    phrase: str | None
    segment: int | None
    start: float | None
    rule: str | None = None


@dataclass(frozen=True)
class Insight:
    """Labels of a conversation."""

    intent: str
    is_sales_enquiry: bool
    is_complaint: bool
    topics: tuple[str, ...]
    toxicity: float
    toxicity_phrase: str | None
    quality_score: float | None
    sentiment: str | None
    outcome: str | None
    objection: str | None
    summary: str | None
    checklist: tuple[ChecklistItem, ...]
    evidence: tuple[Evidence, ...]
    next_steps: tuple[NextStep, ...]


def utterances_of(
    connection: sa.Connection, transcript_id: int | None, *, masking: Masking
) -> list[Utterance]:
    """The transcript in order of time; words carry times only where the reader sees the text unredacted."""
    if transcript_id is None:
        return []
    t = transcript_segments.c
    rows = connection.execute(
        sa.select(transcript_segments)
        .where(t.transcript_id == transcript_id)
        .order_by(t.position)
        .limit(_MOST_SEGMENTS)
    ).all()
    return [
        Utterance(
            row.position,
            row.start_seconds,
            row.end_seconds,
            row.speaker,
            _words(row, masking),
            row.is_low_confidence,
        )
        for row in rows
    ]


# Words this unsure are marked even in an utterance that is sure as a whole.
_DOUBTFUL_WORD = 0.5


def _words(row: Any, masking: Masking) -> tuple[Word, ...]:
    shown = masking.text(row.text) or ""
    if shown != row.text or not row.words:
        return (Word(shown, None, row.is_low_confidence),)
    return tuple(
        Word(
            str(word.get("word", "")).strip(),
            word.get("start"),
            float(word["confidence"]) < _DOUBTFUL_WORD if word.get("confidence") is not None else False,
        )
        for word in row.words
    )


def thread_of(conversation_id: str) -> str:
    """The thread in ``telegram:<thread>:<part>``; a thread's own name may have colons."""
    return conversation_id.partition(":")[2].rpartition(":")[0]


def messages_of(
    connection: sa.Connection, conversation: Mapping[Any, Any], *, masking: Masking
) -> list[Message]:
    """The messages of one part of a thread, oldest first."""
    t = messages.c
    rows = connection.execute(
        sa.select(messages)
        .where(
            t.channel == conversation["channel"],
            t.thread_id == thread_of(conversation["conversation_id"]),
            t.sent_at.between(conversation["started_at"], conversation["ended_at"]),
        )
        .order_by(t.sent_at, t.id)
        .limit(_MOST_MESSAGES)
    ).all()
    return [
        Message(
            row.message_id,
            row.direction,
            masking.name(row.author) if row.author_kind == "client" else row.author,
            row.author_kind,
            row.sent_at,
            masking.text(row.text),
            len(row.attachments),
        )
        for row in rows
    ]


def insight_of(
    connection: sa.Connection,
    transcript_id: int | None,
    written: Sequence[Message],
    *,
    conversation_id: str,
    masking: Masking,
) -> Insight | None:
    """The labels of a transcript, or of the part of a thread that begins with the first message."""
    t = insights.c
    if transcript_id is not None:
        subject = t.transcript_id == transcript_id
    elif written:
        subject = sa.and_(
            t.channel == conversation_id.partition(":")[0],
            t.thread_id == thread_of(conversation_id),
            t.first_message_id == written[0].message_id,
        )
    else:
        return None
    row = connection.execute(sa.select(insights).where(subject).limit(1)).one_or_none()
    if row is None:
        return None
    starts = _starts(connection, transcript_id)
    return Insight(
        intent=row.intent,
        is_sales_enquiry=row.is_sales_enquiry,
        is_complaint=row.is_complaint,
        topics=tuple(row.topics),
        toxicity=row.toxicity,
        toxicity_phrase=masking.text(row.toxicity_phrase),
        quality_score=row.quality_score,
        sentiment=row.sentiment,
        outcome=row.outcome,
        objection=row.objection,
        summary=masking.text(row.summary),
        checklist=tuple(_checked(each, starts, masking) for each in row.checklist),
        evidence=tuple(_evidence(each, starts, masking) for each in row.evidence),
        next_steps=tuple(_next_steps(connection, row.id, starts, masking)),
    )


def _starts(connection: sa.Connection, transcript_id: int | None) -> dict[int, float]:
    if transcript_id is None:
        return {}
    t = transcript_segments.c
    rows = connection.execute(sa.select(t.position, t.start_seconds).where(t.transcript_id == transcript_id))
    return {row.position: row.start_seconds for row in rows}


def _checked(each: dict[str, Any], starts: dict[int, float], masking: Masking) -> ChecklistItem:
    segment = _whole(each.get("segment"))
    return ChecklistItem(
        item=str(each.get("item", "")),
        is_done=bool(each.get("is_done")),
        phrase=masking.text(each.get("phrase")),
        segment=segment,
        start=None if segment is None else starts.get(segment),
        rule=each.get("rule"),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _evidence(each: dict[str, Any], starts: dict[int, float], masking: Masking) -> Evidence:
    segment = _whole(each.get("segment"))
    value = each.get("value")
    return Evidence(
        field=str(each.get("field", "")),
        value=None if value is None else str(value),
        phrase=masking.text(each.get("phrase")),
        segment=segment,
        start=None if segment is None else starts.get(segment),
        rule=each.get("rule"),
    )


def _next_steps(
    connection: sa.Connection, insight_id: int, starts: dict[int, float], masking: Masking
) -> list[NextStep]:
    t = next_steps.c
    rows = connection.execute(
        sa.select(next_steps).where(t.insight_id == insight_id).order_by(t.position)
    ).all()
    return [
        NextStep(
            row.who,
            row.action,
            masking.text(row.phrase),
            row.due_at,
            row.segment,
            starts.get(row.segment) if row.segment is not None else None,
        )
        for row in rows
    ]
