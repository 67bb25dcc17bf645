"""Transcribe recordings, chunk by chunk, and take over transcripts that were made elsewhere.

Each recording is written in one transaction, so that a killed run is simply run again: what is written
counts, of a long recording that was being heard the saved parts count, the rest is still to do. Windows of
several recordings go through the model together.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
import structlog
from pydantic import BaseModel, ConfigDict

from synapse.database.locks import exclusively
from synapse.database.tables.core import recordings
from synapse.database.tables.raw import call_records
from synapse.errors import StorageError
from synapse.progress import Report
from synapse.settings.sections import Settings
from synapse.settings.store import SettingsVersion
from synapse.speech.chunks import Chunk, lacks_transcript, plan_chunks
from synapse.speech.claims import MOST_ATTEMPTS, Claims, claims
from synapse.speech.errors import NotAudioError
from synapse.speech.listening import Listening
from synapse.speech.parts import SAVE_EVERY_SECONDS, parts_of, save_part
from synapse.speech.ready import take_ready
from synapse.speech.speakers import speakers_of
from synapse.speech.storing import Origin, store_transcript
from synapse.speech.transcriber import ENGINE, WINDOWS_AT_ONCE, Transcriber, load_transcriber
from synapse.speech.version import transcript_version
from synapse.speech.windows import Window
from synapse.storage import ObjectStore

log = structlog.get_logger(__name__)


class Outcome(BaseModel):
    """What became of some recordings.

    Attributes:
        transcribed: Recordings with a new transcript.
        resumed: Those of them that a killed worker had begun.
        failed: Recordings that could not be decoded; their state says why.
        sound_seconds: Length of the transcribed recordings.
        speech_seconds: Speech in them.
        dropped: Inventions dropped.
        retried: Windows heard twice for lack of confidence.
        improved: Those that were better the second time.
        wall_seconds: Time it took.
    """

    model_config = ConfigDict(extra="forbid")

    transcribed: int = 0
    resumed: int = 0
    failed: int = 0
    sound_seconds: float = 0.0
    speech_seconds: float = 0.0
    dropped: int = 0
    retried: int = 0
    improved: int = 0
    wall_seconds: float = 0.0

    def plus(self, other: "Outcome") -> "Outcome":
        """Both together."""
        mine, others = self.model_dump(), other.model_dump()
        return Outcome(**{name: mine[name] + others[name] for name in mine})

    def figures(self) -> dict[str, float]:
        """Figures for people."""
        return {
            "transcribed": self.transcribed,
            "resumed": self.resumed,
            "failed": self.failed,
            "sound_minutes": round(self.sound_seconds / 60, 2),
            "speech_minutes": round(self.speech_seconds / 60, 2),
            "inventions_dropped": self.dropped,
            "windows_retried": self.retried,
            "windows_improved": self.improved,
            "wall_seconds": round(self.wall_seconds, 2),
        }


@dataclass
class _Job:
    """A recording in work."""

    row: sa.Row[Any]
    listening: Listening
    is_resumed: bool = False
    waiting: int = 0
    is_heard: bool = False
    wall_seconds: float = 0.0
    state: str = "not_audio"
    problem: str | None = field(default=None)


def transcribe_day(
    engine: sa.Engine, store: ObjectStore, day: date, settings_version: SettingsVersion, *, progress: Report
) -> Outcome:
    """Transcribe all that is to be done on a day, in this process.

    Args:
        engine: Of the warehouse.
        store: Where the recordings are.
        day: Day in the company's zone.
        settings_version: Settings in force; their number is written beside the transcript.
        progress: Called with (recordings done, recordings in all, remark).

    Raises:
        SpeechModelError: The model cannot be loaded.
    """
    asr = settings_version.settings.asr
    with engine.connect() as connection:
        chunks = plan_chunks(connection, [day], transcript_version(asr), chunk_minutes=asr.chunk_minutes)
    total = Outcome()
    for chunk in chunks:
        total = total.plus(transcribe_chunk(engine, store, chunk, settings_version, progress=progress))
    return total


def transcribe_chunk(
    engine: sa.Engine,
    store: ObjectStore,
    chunk: Chunk,
    settings_version: SettingsVersion,
    *,
    progress: Report,
    save_every_seconds: float = SAVE_EVERY_SECONDS,
) -> Outcome:
    """Transcribe the recordings of a chunk that have no transcript of this version yet.

    The same chunk may be given to two workers at once: one waits for the other and finds the work done.

    Args:
        engine: Of the warehouse.
        store: Where the recordings are.
        chunk: Which recordings, and how.
        settings_version: Settings in force.
        progress: Called with (recordings done, recordings in all chunks, remark).
        save_every_seconds: Speech after which a long recording's part is saved.

    Raises:
        SpeechModelError: The model cannot be loaded.
    """
    started_at = time.monotonic()
    asr = chunk.way.applied(settings_version.settings.asr)
    settings = settings_version.settings.model_copy(update={"asr": asr})
    transcriber = load_transcriber(asr)
    origin = Origin(transcript_version(asr), ENGINE, transcriber.name, settings_version.version)
    outcome = Outcome()
    with claims(engine) as claimed:
        work = _Work(engine, store, transcriber, origin.version, claimed, save_every_seconds)
        for done, job in enumerate(work.heard(chunk.recording_ids), start=1):
            _finish(engine, job, origin, settings, outcome)
            claimed.release(job.row.id)
            progress(chunk.before + done, chunk.total, f"{outcome.sound_seconds / 60:.0f} min")
    outcome.wall_seconds = time.monotonic() - started_at
    return outcome


def take_ready_transcripts(engine: sa.Engine, settings: Settings) -> int:
    """Bring ``raw.ready_transcripts`` that are new or changed into ``core.transcripts``.

    Returns:
        How many were taken.
    """
    with exclusively(engine, "ready transcripts"):
        return take_ready(engine, settings)


class _Work:
    """Hears recordings one after another, their windows in common batches.

    Args:
        engine: Of the warehouse.
        store: Where the recordings are.
        transcriber: The model.
        version: Of the transcripts that are made.
        claimed: Takes each recording before it is looked at.
        save_every_seconds: Speech after which a long recording's part is saved.
    """

    def __init__(
        self,
        engine: sa.Engine,
        store: ObjectStore,
        transcriber: Transcriber,
        version: str,
        claimed: Claims,
        save_every_seconds: float,
    ) -> None:
        self._engine = engine
        self._store = store
        self._transcriber = transcriber
        self._version = version
        self._claimed = claimed
        self._save_every_seconds = save_every_seconds
        self._waiting: list[tuple[_Job, Window]] = []

    def heard(self, recording_ids: Sequence[int]) -> Iterator[_Job]:
        """Give each recording once the model has heard all of its windows.

        Windows wait until a batch is full, so a short recording is given some recordings later; at most one
        batch of windows is held, however long the recordings are.
        """
        jobs: list[_Job] = []
        for recording_id in recording_ids:
            job = self._begin(recording_id)
            if job is None:
                continue
            jobs.append(job)
            if job.problem is None:
                self._hear(job)
            job.is_heard = True
            while jobs and jobs[0].is_heard and not jobs[0].waiting:
                yield jobs.pop(0)
        self._recognise()
        yield from jobs

    def _begin(self, recording_id: int) -> _Job | None:
        """Claim a recording; None when it is done by now or its object is gone."""
        attempts = self._claimed.take(recording_id, now=datetime.now(UTC))
        with self._engine.begin() as connection:
            row = connection.execute(_to_do(recording_id, self._version)).one_or_none()
            if row is None:
                parts = []
            else:
                parts = parts_of(connection, recording_id, version=self._version, etag=row.etag or "")
        if row is None:
            self._claimed.release(recording_id)
            return None
        job = _Job(row, Listening(tuple(key for key in (row.key, row.pair_key) if key)))
        job.is_resumed = attempts > 1 or bool(parts)
        job.listening.go_on_from(parts)
        if attempts > MOST_ATTEMPTS:
            job.state = "stuck"
            job.problem = f"Recognition was cut off {MOST_ATTEMPTS} times in this recording."
        return job

    def _hear(self, job: _Job) -> None:
        """Cut a recording into windows and put them into batches."""
        settings = self._transcriber.settings
        one_by_one = self._transcriber.goes_one_by_one(job.row.duration_seconds)
        if one_by_one or settings.language == "auto":
            self._recognise()  # a batch has one language
        began = time.monotonic()
        try:
            for window in job.listening.windows(self._store, self._transcriber.window_rules):
                job.waiting += 1
                self._waiting.append((job, window))
                if one_by_one or len(self._waiting) >= WINDOWS_AT_ONCE:
                    job.wall_seconds += time.monotonic() - began
                    self._recognise(job.listening.last_words(window.channel) if one_by_one else "")
                    self._save(job)
                    began = time.monotonic()
        except (NotAudioError, StorageError) as error:
            job.problem = str(error)
        job.wall_seconds += time.monotonic() - began
        if settings.language == "auto":
            self._recognise()

    def _recognise(self, said_before: str = "") -> None:
        """Recognise what waits; the time is shared by the length of the windows."""
        began = time.monotonic()
        windows = [window for _, window in self._waiting]
        answers = self._transcriber.transcribe(windows, said_before=said_before)
        seconds = time.monotonic() - began
        samples = sum(len(window.samples) for window in windows)
        for (job, window), heard in zip(self._waiting, answers, strict=True):
            job.listening.take(heard, window)
            job.waiting -= 1
            job.wall_seconds += seconds * len(window.samples) / max(1, samples)
        self._waiting.clear()

    def _save(self, job: _Job) -> None:
        """Save what is heard of a long recording; the batch is empty now, so that nothing is missing."""
        if job.listening.unsaved_seconds < self._save_every_seconds:
            return
        with self._engine.begin() as connection:
            save_part(
                connection,
                job.listening.part(),
                recording_id=job.row.id,
                version=self._version,
                etag=job.row.etag or "",
            )


def _to_do(recording_id: int, version: str) -> sa.Select[Any]:
    caller = (
        sa.select(call_records.c.src)
        .where(call_records.c.uniqueid == recordings.c.uniqueid)
        .order_by(call_records.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return sa.select(recordings, caller.label("caller")).where(
        recordings.c.id == recording_id, recordings.c.state == "ready", lacks_transcript(version)
    )


def _finish(engine: sa.Engine, job: _Job, origin: Origin, settings: Settings, outcome: Outcome) -> None:
    row = job.row
    if job.problem is not None:
        log.warning("recording_not_transcribed", recording=row.id)
        outcome.failed += 1
        with engine.begin() as connection:
            _note(connection, row.id, state=job.state, reason=job.problem)
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
            replace(origin, etag=row.etag),
            recording_id=row.id,
            wall_seconds=job.wall_seconds,
            low_confidence=settings.asr.low_confidence,
        )
        if job.listening.damage:
            reason = f"The file is damaged after {transcript.duration_seconds:.0f} s: {job.listening.damage}."
            _note(connection, row.id, reason=reason, duration_seconds=transcript.duration_seconds)
    outcome.transcribed += 1
    outcome.resumed += job.is_resumed
    outcome.retried += transcript.retried
    outcome.improved += transcript.improved
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
