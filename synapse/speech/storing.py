"""Write a transcript with its segments."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.core import transcript_segments, transcripts
from synapse.speech.listening import Transcript, words_as_json
from synapse.speech.parts import forget_parts
from synapse.speech.standing import Standing, settle


@dataclass(frozen=True)
class Origin:
    """What made a transcript.

    Attributes:
        version: Engine, model and fingerprint of the settings.
        engine: Name of the recogniser.
        model: Name of the model.
        settings_version: Number of the settings; None for transcripts made elsewhere.
        etag: Of the sound that was heard.
    """

    version: str
    engine: str
    model: str
    settings_version: int | None
    etag: str | None = None


def store_transcript(
    connection: sa.Connection,
    transcript: Transcript,
    origin: Origin,
    *,
    recording_id: int,
    wall_seconds: float,
    low_confidence: float,
) -> int:
    """Upsert by (recording, version) in the caller's transaction; the better one becomes the current one.

    Args:
        connection: Open transaction.
        transcript: What was said.
        origin: What made it.
        recording_id: Which recording.
        wall_seconds: Time it took.
        low_confidence: A segment with a lower confidence is marked.

    Returns:
        The transcript's id.
    """
    row = _transcript_row(transcript, origin)
    standing = Standing(origin.model, row["mean_confidence"])
    row |= {
        "is_current": settle(connection, recording_id, origin.version, standing),
        "recording_id": recording_id,
        "wall_seconds": round(wall_seconds, 3),
        "created_at": sa.func.now(),
    }
    forget_parts(connection, recording_id)
    statement = insert(transcripts).values(**row)
    transcript_id = int(
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[transcripts.c.recording_id, transcripts.c.version],
                set_={name: statement.excluded[name] for name in row},
            ).returning(transcripts.c.id)
        ).scalar_one()
    )
    connection.execute(
        sa.delete(transcript_segments).where(transcript_segments.c.transcript_id == transcript_id)
    )
    if rows := segment_rows(transcript_id, transcript, low_confidence):
        connection.execute(sa.insert(transcript_segments), rows)
    return transcript_id


def segment_rows(transcript_id: int, transcript: Transcript, low_confidence: float) -> list[dict[str, Any]]:
    """Rows of ``core.transcript_segments``."""
    return [
        {
            "transcript_id": transcript_id,
            "position": position,
            "start_seconds": segment.utterance.start,
            "end_seconds": segment.utterance.end,
            "speaker": segment.speaker,
            "text": segment.utterance.text,
            "confidence": round(segment.utterance.confidence, 3),
            "is_low_confidence": segment.utterance.confidence < low_confidence,
            "words": words_as_json(segment.utterance),
        }
        for position, segment in enumerate(transcript.segments)
    ]


def _transcript_row(transcript: Transcript, origin: Origin) -> dict[str, Any]:
    words = [word for segment in transcript.segments for word in segment.utterance.words]
    measures = transcript.measures
    return {
        "version": origin.version,
        "engine": origin.engine,
        "model": origin.model,
        "settings_version": origin.settings_version,
        "recording_etag": origin.etag,
        "windows_retried": transcript.retried,
        "windows_improved": transcript.improved,
        "language": transcript.language,
        "text": "\n".join(segment.utterance.text for segment in transcript.segments),
        "duration_seconds": transcript.duration_seconds,
        "speech_seconds": measures.speech_seconds,
        "silence_seconds": measures.silence_seconds,
        "overlap_seconds": measures.overlap_seconds,
        "agent_talk_ratio": measures.agent_talk_ratio,
        "client_talk_ratio": measures.client_talk_ratio,
        "agent_interruptions": measures.agent_interruptions,
        "client_interruptions": measures.client_interruptions,
        "agent_loudness_db": transcript.loudness.get("agent"),
        "client_loudness_db": transcript.loudness.get("client"),
        "mean_confidence": (round(sum(word.confidence for word in words) / len(words), 3) if words else None),
        "dropped": [invention.as_json() for invention in transcript.dropped],
    }
