"""Transcripts as the rules read them: utterances with their times, and how the call sounded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from synapse.database.tables.core import transcripts
from synapse.language.conversation import Conversation, Sound, Utterance
from synapse.language.statements import statement

_SOUND = tuple(field.name for field in fields(Sound))


@dataclass(frozen=True)
class Transcript:
    """One transcript; ``started_at`` is None where nobody knows when the call began."""

    id: int
    conversation: Conversation
    started_at: datetime | None


def read_transcripts(connection: sa.Connection, starts: Mapping[int, datetime | None]) -> list[Transcript]:
    """Read transcripts by id, in the order of ``starts``, which says when each call began."""
    if not starts:
        return []
    t = transcripts.c
    sounds = {
        row.id: row
        for row in connection.execute(
            sa.select(t.id, t.duration_seconds, *(t[name] for name in _SOUND)).where(t.id.in_(starts))
        )
    }
    rows = connection.execute(statement("segments"), {"transcripts": list(starts)}).all()
    said = {key: list(group) for key, group in groupby(rows, key=lambda row: int(row.transcript_id))}
    return [
        Transcript(number, _conversation(said.get(number, []), sounds[number], started_at), started_at)
        for number, started_at in starts.items()
    ]


def _conversation(rows: Sequence[Any], sound: Any, started_at: datetime | None) -> Conversation:
    utterances = [
        Utterance(
            row.position,
            row.speaker,
            row.text,
            started_at + timedelta(seconds=row.end_seconds) if started_at else None,
            row.start_seconds,
            row.end_seconds,
        )
        for row in rows
    ]
    measured = Sound(**{name: getattr(sound, name) for name in _SOUND})
    return Conversation(utterances, seconds=sound.duration_seconds, sound=measured)
