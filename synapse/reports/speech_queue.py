"""Recordings on their way to a transcript."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from synapse.database.tables.core import recordings, transcripts
from synapse.reports.keyset import Page, decode_cursor, encode_cursor
from synapse.reports.marts import conversations
from synapse.security.masking import Masking

STATES = ("waiting", "done", "refused")

_R = recordings.c
_HAS_TRANSCRIPT = (
    sa.select(sa.literal(1))
    .where(transcripts.c.recording_id == _R.id, transcripts.c.is_current)
    .correlate(recordings)
    .exists()
)


@dataclass(frozen=True)
class SpeechQueue:
    """How much sound waits; the oldest recording's moment says for how long."""

    recordings: int
    seconds: float
    oldest_at: datetime | None


@dataclass(frozen=True)
class RecordingRow:
    """One audio object; ``name`` is the file's name without the folder."""

    recording_id: int
    name: str
    state: str
    reason: str | None
    started_at: datetime | None
    duration_seconds: float | None
    has_transcript: bool


def _in_state(state: str | None) -> list[sa.ColumnElement[bool]]:
    if state == "waiting":
        return [_R.state == "ready", ~_HAS_TRANSCRIPT]
    if state == "done":
        return [_R.state == "ready", _HAS_TRANSCRIPT]
    if state == "refused":
        return [_R.state.not_in(("ready", "growing"))]
    return []


def speech_queue(connection: sa.Connection) -> SpeechQueue:
    """Recordings that are ready and have no transcript."""
    row = connection.execute(
        sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(_R.duration_seconds), 0), sa.func.min(_R.started_at)
        ).where(*_in_state("waiting"))
    ).one()
    return SpeechQueue(row[0], float(row[1]), row[2])


def recordings_by_day(connection: sa.Connection, first: date, last: date) -> dict[date, int]:
    """Usable recordings by the company's day; days without any are absent."""
    rows = connection.execute(
        sa.select(_R.started_on, sa.func.count().label("count"))
        .where(_R.started_on.between(first, last), _R.state == "ready")
        .group_by(_R.started_on)
    ).all()
    return {row.started_on: row._mapping["count"] for row in rows}


def count_recordings(connection: sa.Connection, state: str | None) -> int:
    """How many recordings are in a state of :data:`STATES`."""
    query = sa.select(sa.func.count()).select_from(recordings).where(*_in_state(state))
    return int(connection.execute(query).scalar_one())


def list_recordings(
    connection: sa.Connection,
    state: str | None,
    *,
    masking: Masking,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[RecordingRow]:
    """One page of recordings, newest first; file names may hold numbers and are masked."""
    query = sa.select(recordings, _HAS_TRANSCRIPT.label("has_transcript")).where(*_in_state(state))
    after = decode_cursor(cursor, 1)
    if after is not None and after[0].isdecimal():
        query = query.where(_R.id < int(after[0]))
    rows = connection.execute(query.order_by(_R.id.desc()).limit(limit + 1)).all()
    shown = [
        RecordingRow(
            row.id,
            masking.note(row.key.rpartition("/")[2]) or "",
            row.state,
            row.reason,
            row.started_at,
            row.duration_seconds,
            row.has_transcript,
        )
        for row in rows[:limit]
    ]
    return Page(shown, encode_cursor(str(shown[-1].recording_id)) if len(rows) > limit else None)


def conversations_of_recordings(connection: sa.Connection, ids: list[int]) -> dict[int, str]:
    """The conversation of each recording that the marts know already."""
    t = conversations.c
    rows = connection.execute(
        sa.select(t.recording_id, t.conversation_id).where(t.recording_id.in_(ids))
    ).all()
    return {row.recording_id: row.conversation_id for row in rows}
