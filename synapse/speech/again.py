"""Transcribe again: what people ask for, and what a recording's transcripts are."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from synapse.database.tables.app import work_requests
from synapse.database.tables.core import recordings, transcripts
from synapse.database.tables.speech import hearings
from synapse.errors import SynapseError
from synapse.operations.work import request_work
from synapse.security.audit import Actor, record
from synapse.security.masking import Masking
from synapse.speech.way import Way

MOST_DAYS = 366
_USABLE = ("ready", "stuck")


class NothingToTranscribeError(SynapseError):
    """There is no sound to transcribe again."""


@dataclass(frozen=True)
class TranscriptVersion:
    """One transcript of a recording; only one is current.

    Attributes:
        model: Name of the model.
        fingerprint: Short name of the settings that made it.
        created_at: When.
        mean_confidence: 0 to 1, None without words.
        is_current: The one that everything else is computed from.
        is_corrected: A person changed a word.
        text: As the reader may see it.
    """

    model: str
    fingerprint: str
    created_at: datetime
    mean_confidence: float | None
    is_current: bool
    is_corrected: bool
    text: str | None


@dataclass(frozen=True)
class AskedAgain:
    """The newest wish to transcribe a recording again.

    Attributes:
        state: ``new``, ``taken``, ``done`` or ``failed``.
        requested_at: When.
        finished_at: When it ended; None while it has not.
    """

    state: str
    requested_at: datetime
    finished_at: datetime | None


def transcribe_again(connection: sa.Connection, recording_id: int, way: Way, *, author: Actor) -> int:
    """Ask for one recording, with a line in the audit log, in the caller's transaction.

    Args:
        connection: Open transaction.
        recording_id: Key of ``core.recordings``.
        way: What is to differ from the settings.
        author: Who asks.

    Returns:
        The id of the work request.

    Raises:
        NothingToTranscribeError: There is no such recording, or it holds no sound.
    """
    row = connection.execute(
        sa.select(recordings.c.started_on, recordings.c.state).where(recordings.c.id == recording_id)
    ).one_or_none()
    if row is None or row.state not in _USABLE:
        raise NothingToTranscribeError(
            "This recording cannot be transcribed: there is no sound of it.",
            hint="The list of recordings says what is wrong with it.",
        )
    _free_stuck(connection, recordings.c.id == recording_id)
    chosen = way.model_dump(exclude_none=True)
    number = request_work(
        connection,
        "transcribe",
        requested_by=author.name,
        day=row.started_on,
        recording_id=recording_id,
        way=chosen,
    )
    record(connection, author, "transcript.again", f"recording {recording_id}", after={"way": chosen})
    return number


def transcribe_days_again(connection: sa.Connection, first: date, last: date, *, author: Actor) -> int:
    """Ask for all recordings of some days that the present settings have not heard.

    Args:
        connection: Open transaction.
        first: First day in the company's zone.
        last: Last day, at most 366 days in all.
        author: Who asks.

    Returns:
        How many usable recordings these days have.

    Raises:
        NothingToTranscribeError: The range is empty or too long, or holds no usable recording.
    """
    if not 0 <= (last - first).days < MOST_DAYS:
        raise NothingToTranscribeError(
            f"From {first} to {last} is no range of 1 to {MOST_DAYS} days.", hint="Choose other days."
        )
    days = recordings.c.started_on.between(first, last)
    _free_stuck(connection, days)
    query = sa.select(sa.func.count()).select_from(recordings).where(days, recordings.c.state == "ready")
    count = int(connection.execute(query).scalar_one())
    if not count:
        raise NothingToTranscribeError(
            f"From {first} to {last} there is no usable recording.", hint="Choose other days."
        )
    request_work(connection, "transcribe", requested_by=author.name, day=first, last_day=last)
    subject = f"days {first} … {last}"
    record(connection, author, "transcripts.again", subject, after={"recordings": count})
    return count


def versions_of(connection: sa.Connection, recording_id: int, *, masking: Masking) -> list[TranscriptVersion]:
    """All transcripts of a recording, the current one first, then the newest."""
    t = transcripts.c
    rows = connection.execute(
        sa.select(t.model, t.version, t.created_at, t.mean_confidence, t.is_current, t.corrected_at, t.text)
        .where(t.recording_id == recording_id)
        .order_by(t.is_current.desc(), t.created_at.desc(), t.id.desc())
    ).all()
    return [
        TranscriptVersion(
            row.model,
            row.version.split("/")[-1],
            row.created_at,
            row.mean_confidence,
            row.is_current,
            row.corrected_at is not None,
            masking.text(row.text),
        )
        for row in rows
    ]


def newest_wish(connection: sa.Connection, recording_id: int) -> AskedAgain | None:
    """The newest request for this recording alone; None without any."""
    t = work_requests.c
    row = connection.execute(
        sa.select(t.state, t.requested_at, t.finished_at)
        .where(t.kind == "transcribe", t.payload["recording_id"].as_integer() == recording_id)
        .order_by(t.id.desc())
        .limit(1)
    ).one_or_none()
    return AskedAgain(row.state, row.requested_at, row.finished_at) if row else None


def _free_stuck(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """A person's wish gives recordings that broke their workers another chance."""
    freed = (
        sa.update(recordings)
        .where(which, recordings.c.state == "stuck")
        .values(state="ready", reason=None)
        .returning(recordings.c.id)
    )
    ids = list(connection.execute(freed).scalars())
    connection.execute(sa.delete(hearings).where(hearings.c.recording_id.in_(ids)))
