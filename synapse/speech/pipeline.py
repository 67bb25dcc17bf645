"""Transcribe a day's recordings and take over transcripts that were made elsewhere.

Each recording is written in one transaction, so that a killed run is simply run again: what is written
counts, the rest is still to do. Windows of several recordings go through the model together.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import sqlalchemy as sa
import structlog

from synapse.database.locks import exclusively
from synapse.database.tables.core import recordings, transcripts
from synapse.database.tables.raw import call_records
from synapse.errors import StorageError
from synapse.progress import Report
from synapse.settings.sections import Asr, Settings
from synapse.settings.store import SettingsVersion
from synapse.speech.errors import NotAudioError
from synapse.speech.listening import Listening
from synapse.speech.ready import take_ready
from synapse.speech.speakers import speakers_of
from synapse.speech.storing import Origin, store_transcript
from synapse.speech.transcriber import (
    ENGINE,
    WINDOWS_AT_ONCE,
    Transcriber,
    load_transcriber,
    model_fingerprint,
)
from synapse.speech.windows import Window
from synapse.storage import ObjectStore

log = structlog.get_logger(__name__)

PIPELINE_VERSION = 1
"""Raise it when the same sound gives another transcript, so that days can be transcribed again."""


@dataclass
class DayOutcome:
    """What became of one day's recordings.

    Attributes:
        transcribed: Recordings with a new transcript.
        failed: Recordings that could not be decoded; their state says why.
        sound_seconds: Length of the transcribed recordings.
        speech_seconds: Speech in them.
        dropped: Inventions dropped.
        wall_seconds: Time it took.
    """

    transcribed: int = 0
    failed: int = 0
    sound_seconds: float = 0.0
    speech_seconds: float = 0.0
    dropped: int = 0
    wall_seconds: float = 0.0

    def figures(self) -> dict[str, float]:
        """Figures that can be added up over days."""
        return {
            "transcribed": self.transcribed,
            "failed": self.failed,
            "sound_minutes": round(self.sound_seconds / 60, 2),
            "speech_minutes": round(self.speech_seconds / 60, 2),
            "inventions_dropped": self.dropped,
            "wall_seconds": round(self.wall_seconds, 2),
        }


@dataclass
class _Job:
    """A recording in work."""

    row: sa.Row[tuple[object, ...]]
    listening: Listening
    waiting: int = 0
    is_heard: bool = False
    wall_seconds: float = 0.0
    problem: str | None = field(default=None)


def transcript_version(settings: Asr) -> str:
    """Name of what makes a transcript: engine, model and the settings that shape the text."""
    shaping = settings.model_dump_json(
        include={"compute_type", "beam_size", "language", "vad", "agent_channel"}
    )
    prompt = settings.initial_prompt if settings.model else ""
    fingerprint = sha256(
        f"{PIPELINE_VERSION}|{model_fingerprint(settings.model)}|{shaping}|{prompt}|{settings.low_confidence}".encode()
    ).hexdigest()[:12]
    return f"{ENGINE}/{settings.model or 'synapse-demo'}/{fingerprint}"


def transcribe_day(
    engine: sa.Engine, store: ObjectStore, day: date, settings_version: SettingsVersion, *, progress: Report
) -> DayOutcome:
    """Transcribe the day's usable recordings that have no current transcript of this version.

    Args:
        engine: Of the warehouse.
        store: Where the recordings are.
        day: Day in the company's zone.
        settings_version: Settings in force; their number is written beside the transcript.
        progress: Called with (recordings done, recordings in all, remark).

    Raises:
        SpeechModelError: The model cannot be loaded.
    """
    started_at = time.monotonic()
    settings = settings_version.settings
    version = transcript_version(settings.asr)
    outcome = DayOutcome()
    with exclusively(engine, f"transcripts {day}"):
        todo = _todo(engine, day, version)
        if not todo:
            return outcome
        transcriber = load_transcriber(settings.asr)
        origin = Origin(version, ENGINE, transcriber.name, settings_version.version)
        for done, job in enumerate(_heard(store, todo, transcriber), start=1):
            _finish(engine, job, origin, settings, outcome)
            progress(done, len(todo), f"{outcome.sound_seconds / 60:.0f} min")
    outcome.wall_seconds = time.monotonic() - started_at
    return outcome


def take_ready_transcripts(engine: sa.Engine, settings: Settings) -> int:
    """Bring ``raw.ready_transcripts`` that are new or changed into ``core.transcripts``.

    Returns:
        How many were taken.
    """
    with exclusively(engine, "ready transcripts"):
        return take_ready(engine, settings)


def _todo(engine: sa.Engine, day: date, version: str) -> Sequence[sa.Row[tuple[object, ...]]]:
    has_transcript = (
        sa.select(transcripts.c.id)
        .where(
            transcripts.c.recording_id == recordings.c.id,
            transcripts.c.is_current,
            transcripts.c.version == version,
        )
        .exists()
    )
    caller = (
        sa.select(call_records.c.src)
        .where(call_records.c.uniqueid == recordings.c.uniqueid)
        .order_by(call_records.c.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(recordings, caller.label("caller"))
        .where(recordings.c.started_on == day, recordings.c.state == "ready", ~has_transcript)
        .order_by(recordings.c.started_at, recordings.c.id)
    )
    with engine.connect() as connection:
        return connection.execute(query).all()


def _heard(
    store: ObjectStore, rows: Sequence[sa.Row[tuple[object, ...]]], transcriber: Transcriber
) -> Iterator[_Job]:
    """Give each recording once the model has heard all of its windows.

    Windows wait until a batch is full, so a short recording is given some recordings later; at most one
    batch of windows is held, however long the recordings are.
    """
    waiting: list[tuple[_Job, Window]] = []
    jobs: list[_Job] = []
    for row in rows:
        job = _Job(row, Listening(tuple(key for key in (row.key, row.pair_key) if key)))
        jobs.append(job)
        began = time.monotonic()
        try:
            for window in job.listening.windows(store, transcriber.window_rules):
                job.waiting += 1
                waiting.append((job, window))
                if len(waiting) >= WINDOWS_AT_ONCE:
                    job.wall_seconds += time.monotonic() - began
                    _transcribe(transcriber, waiting)
                    began = time.monotonic()
        except (NotAudioError, StorageError) as error:
            job.problem = str(error)
        job.wall_seconds += time.monotonic() - began
        job.is_heard = True
        while jobs and jobs[0].is_heard and not jobs[0].waiting:
            yield jobs.pop(0)
    _transcribe(transcriber, waiting)
    yield from jobs


def _transcribe(transcriber: Transcriber, waiting: list[tuple[_Job, Window]]) -> None:
    """Recognise and empty ``waiting``; the time is shared by the length of the windows."""
    began = time.monotonic()
    answers = transcriber.transcribe([window for _, window in waiting])
    seconds = time.monotonic() - began
    samples = sum(len(window.samples) for _, window in waiting)
    for (job, window), heard in zip(waiting, answers, strict=True):
        job.listening.take(heard)
        job.waiting -= 1
        job.wall_seconds += seconds * len(window.samples) / max(1, samples)
    waiting.clear()


def _finish(engine: sa.Engine, job: _Job, origin: Origin, settings: Settings, outcome: DayOutcome) -> None:
    row = job.row
    if job.problem is not None:
        log.warning("recording_not_transcribed", recording=row.id)
        outcome.failed += 1
        with engine.begin() as connection:
            _note(connection, row.id, state="not_audio", reason=job.problem)
        return
    channels = len(job.listening.envelopes)
    speakers = speakers_of(
        max(1, channels),
        is_split=row.pair_key is not None,
        side=_side(row.key) if row.pair_key is None else None,
        direction=row.direction or _direction(row.caller, settings),
        agent_channel=settings.asr.agent_channel,
    )
    transcript = job.listening.transcript(speakers)
    with engine.begin() as connection:
        store_transcript(
            connection,
            transcript,
            origin,
            recording_id=row.id,
            wall_seconds=job.wall_seconds,
            low_confidence=settings.asr.low_confidence,
        )
        if job.listening.damage:
            reason = f"The file is damaged after {transcript.duration_seconds:.0f} s: {job.listening.damage}."
            _note(connection, row.id, reason=reason, duration_seconds=transcript.duration_seconds)
    outcome.transcribed += 1
    outcome.sound_seconds += transcript.duration_seconds
    outcome.speech_seconds += transcript.measures.speech_seconds
    outcome.dropped += len(transcript.dropped)


def _note(connection: sa.Connection, recording_id: int, **values: object) -> None:
    connection.execute(sa.update(recordings).where(recordings.c.id == recording_id).values(**values))


def _side(key: str) -> str | None:
    stem = key.rsplit(".", 1)[0]
    return next((side for side in ("in", "out") if stem.endswith(f"-{side}")), None)


def _direction(caller: str | None, settings: Settings) -> str | None:
    """The direction of a recording whose name does not say it, from the call's own record."""
    digits = "".join(letter for letter in caller or "" if letter.isdigit())
    if not digits:
        return None
    is_extension = len(digits) <= settings.integrations.asterisk.internal_number_max_digits
    return "outbound" if is_extension else "inbound"
