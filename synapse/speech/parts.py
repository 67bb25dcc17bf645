"""Partial results of long recordings: saved while they are heard, taken up by whoever goes on.

A part holds the utterances since the part before and, for each channel, up to which second the model has
heard it. Whoever goes on decodes from the beginning (cheap beside recognition) and leaves out what is heard.
"""

from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from synapse.database.tables.speech import transcript_parts
from synapse.speech.claims import step_forward
from synapse.speech.listening import Part

SAVE_EVERY_SECONDS = 300.0
"""Speech between two parts; what a killed worker loses at most, besides one batch of windows."""

_PART = TypeAdapter(Part)


def save_part(connection: sa.Connection, part: Part, *, recording_id: int, version: str, etag: str) -> None:
    """Append a part in the caller's transaction."""
    position = (
        sa.select(sa.func.coalesce(sa.func.max(transcript_parts.c.position) + 1, 0))
        .where(transcript_parts.c.recording_id == recording_id)
        .scalar_subquery()
    )
    connection.execute(
        sa.insert(transcript_parts).values(
            recording_id=recording_id,
            position=position,
            version=version,
            etag=etag,
            content=_PART.dump_python(part, mode="json"),
        )
    )
    step_forward(connection, recording_id)


def parts_of(connection: sa.Connection, recording_id: int, *, version: str, etag: str) -> list[Part]:
    """Read the parts that were made of this sound in this way; others are of no use and are deleted."""
    t = transcript_parts.c
    connection.execute(
        sa.delete(transcript_parts).where(
            t.recording_id == recording_id, (t.version != version) | (t.etag != etag)
        )
    )
    rows: Any = connection.execute(
        sa.select(t.content).where(t.recording_id == recording_id).order_by(t.position)
    ).scalars()
    return [_PART.validate_python(content) for content in rows]


def forget_parts(connection: sa.Connection, recording_id: int) -> None:
    """Delete all parts of a recording whose transcript is written."""
    connection.execute(sa.delete(transcript_parts).where(transcript_parts.c.recording_id == recording_id))
