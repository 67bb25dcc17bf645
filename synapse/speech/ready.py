"""Transcripts that were made elsewhere, in the form of our own."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from synapse.database.tables.core import transcript_segments, transcripts
from synapse.database.tables.raw import ready_transcripts
from synapse.settings.sections import Settings
from synapse.speech.measures import measure

ENGINE = "imported"
CHUNK = 500


def take_ready(engine: sa.Engine, settings: Settings) -> int:
    """Take over every ready transcript that has none of ours, or a newer content than ours.

    Each chunk of 500 is one transaction.

    Returns:
        How many were taken.
    """
    taken = 0
    while True:
        with engine.begin() as connection:
            rows = _waiting(connection)
            _replace(connection, rows, settings.asr.low_confidence)
        taken += len(rows)
        if len(rows) < CHUNK:
            return taken


def _waiting(connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    is_taken = (
        sa.select(transcripts.c.id)
        .where(
            transcripts.c.ready_transcript_id == ready_transcripts.c.id,
            transcripts.c.created_at >= ready_transcripts.c.loaded_at,
        )
        .exists()
    )
    query = sa.select(ready_transcripts).where(~is_taken).order_by(ready_transcripts.c.id).limit(CHUNK)
    return connection.execute(query).all()


def _replace(connection: sa.Connection, rows: Sequence[sa.Row[Any]], low_confidence: float) -> None:
    if not rows:
        return
    ids = [row.id for row in rows]
    connection.execute(sa.delete(transcripts).where(transcripts.c.ready_transcript_id.in_(ids)))
    inserted = connection.execute(
        sa.insert(transcripts).returning(transcripts.c.id, transcripts.c.ready_transcript_id),
        [_transcript_row(row) for row in rows],
    ).all()
    own_ids = {row.ready_transcript_id: row.id for row in inserted}
    segments = [
        _segment_row(own_ids[row.id], position, segment, low_confidence)
        for row in rows
        for position, segment in enumerate(row.segments)
    ]
    if segments:
        connection.execute(sa.insert(transcript_segments), segments)


def _transcript_row(row: sa.Row[Any]) -> dict[str, Any]:
    segments = row.segments
    duration = max([row.duration_seconds or 0.0, *(segment["end"] for segment in segments)])
    turns = [(_speaker(segment), segment["start"], segment["end"]) for segment in segments]
    figures = measure(duration, turns)
    confidences = [segment["confidence"] for segment in segments if segment.get("confidence") is not None]
    return {
        "ready_transcript_id": row.id,
        "version": f"{ENGINE}/{row.format}",
        "is_current": True,
        "engine": ENGINE,
        "model": row.format,
        "language": row.language,
        "text": "\n".join(segment["text"] for segment in segments),
        "duration_seconds": duration,
        "speech_seconds": figures.speech_seconds,
        "silence_seconds": figures.silence_seconds,
        "overlap_seconds": figures.overlap_seconds,
        "agent_talk_ratio": figures.agent_talk_ratio,
        "client_talk_ratio": figures.client_talk_ratio,
        "agent_interruptions": figures.agent_interruptions,
        "client_interruptions": figures.client_interruptions,
        "mean_confidence": round(sum(confidences) / len(confidences), 3) if confidences else None,
    }


def _segment_row(
    transcript_id: int, position: int, segment: dict[str, Any], low_confidence: float
) -> dict[str, Any]:
    confidence = segment.get("confidence")
    return {
        "transcript_id": transcript_id,
        "position": position,
        "start_seconds": segment["start"],
        "end_seconds": segment["end"],
        "speaker": _speaker(segment),
        "text": segment["text"],
        "confidence": confidence,
        "is_low_confidence": confidence is not None and confidence < low_confidence,
        "words": segment.get("words") or [],
    }


def _speaker(segment: dict[str, Any]) -> str:
    speaker = segment.get("speaker")
    return str(speaker) if speaker in {"agent", "client"} else "unknown"
