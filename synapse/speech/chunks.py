"""Cut the recordings of some days into chunks of work that workers take one at a time."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from synapse.database.tables.core import recordings, transcripts
from synapse.environment import Environment
from synapse.settings.sections import Asr
from synapse.speech.way import Way

MOST_CHUNKS = 200
"""Chunks of one run; beyond it they grow, so that the plan of a long backfill stays small."""
MOST_RECORDINGS = 100
WITH_WORKERS = 200
"""Chunks at a time where Celery workers are the bound: Dagster's pools know no "unlimited"."""
_UNKNOWN_SECONDS = 60.0


class Chunk(BaseModel):
    """Recordings that one worker transcribes in one go.

    Attributes:
        recording_ids: Keys of ``core.recordings`` in order of time.
        seconds: Length of their sound together.
        way: What differs from the settings.
        before: Recordings in the chunks before this one.
        total: Recordings in all chunks of the run.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    recording_ids: tuple[int, ...]
    seconds: float
    way: Way = Way()
    before: int = 0
    total: int = 0


def most_at_once(settings: Asr, environment: Environment) -> int:
    """How many chunks may be recognised at the same time, on all machines together."""
    usual = 1 if environment.executor == "in_process" else WITH_WORKERS
    return settings.at_once or usual


def lacks_transcript(version: str) -> sa.ColumnElement[bool]:
    """Condition on ``core.recordings``: the sound as it is now has no transcript of this version."""
    has = (
        sa.select(sa.literal(1))
        .where(
            transcripts.c.recording_id == recordings.c.id,
            transcripts.c.version == version,
            transcripts.c.recording_etag.is_not_distinct_from(recordings.c.etag),
        )
        .correlate(recordings)
        .exists()
    )
    return ~has


def plan_chunks(
    connection: sa.Connection,
    days: Sequence[date],
    version: str,
    *,
    chunk_minutes: float,
    only: Sequence[int] = (),
    way: Way | None = None,
) -> list[Chunk]:
    """Chunks of what is to be done on some days.

    Args:
        connection: To the warehouse.
        days: Days in the company's zone.
        version: Recordings that have a transcript of it are left out.
        chunk_minutes: Sound in a chunk; a longer recording is a chunk of its own.
        only: Take these recordings alone; empty: all.
        way: What differs from the settings.
    """
    t = recordings.c
    query = sa.select(t.id, sa.func.coalesce(t.duration_seconds, _UNKNOWN_SECONDS)).where(
        t.started_on.in_(days), t.state == "ready", lacks_transcript(version)
    )
    if only:
        query = query.where(t.id.in_(only))
    rows = [(int(row[0]), float(row[1])) for row in connection.execute(query.order_by(t.started_at, t.id))]
    most = max(chunk_minutes * 60, sum(seconds for _, seconds in rows) / (MOST_CHUNKS / 2))
    groups = _groups(rows, most, max(MOST_RECORDINGS, 2 * len(rows) // MOST_CHUNKS))
    chunks: list[Chunk] = []
    before = 0
    for group in groups:
        chunks.append(
            Chunk(
                recording_ids=tuple(number for number, _ in group),
                seconds=round(sum(seconds for _, seconds in group), 2),
                way=way or Way(),
                before=before,
                total=len(rows),
            )
        )
        before += len(group)
    return chunks


def _groups(
    rows: list[tuple[int, float]], most_seconds: float, most_rows: int
) -> list[list[tuple[int, float]]]:
    groups: list[list[tuple[int, float]]] = []
    filled = 0.0
    for row in rows:
        if not groups or filled + row[1] > most_seconds or len(groups[-1]) >= most_rows:
            groups.append([])
            filled = 0.0
        groups[-1].append(row)
        filled += row[1]
    return groups
