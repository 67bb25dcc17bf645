"""Label every conversation that the present rules have not seen: transcripts, then message threads."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib import resources
from itertools import groupby

import sqlalchemy as sa
import structlog

from synapse.language.conversation import Conversation, Utterance
from synapse.language.insight import Insight, understand
from synapse.language.rules import lexicons_hash, rule_book
from synapse.language.statements import statement
from synapse.language.store import Subject, TranscriptSubject, write_insights
from synapse.language.threads import label_threads
from synapse.language.working_time import WorkingTime
from synapse.progress import Report
from synapse.settings.store import SettingsVersion

_BATCH = 200
_log = structlog.get_logger()


@dataclass(frozen=True)
class AnalysisOutcome:
    """What one run did.

    Attributes:
        conversations: Transcripts labelled.
        threads: Parts of message threads labelled.
        segments: Utterances and messages read.
        sales_enquiries: Of both, labelled as such.
        complaints: Of both.
        promises: Next steps found.
        without_start: Transcripts whose time of day is unknown, so that nothing in them can be due.
        seconds: Wall time.
    """

    conversations: int = 0
    threads: int = 0
    segments: int = 0
    sales_enquiries: int = 0
    complaints: int = 0
    promises: int = 0
    without_start: int = 0
    seconds: float = 0.0

    def figures(self) -> dict[str, int | float]:
        """Return the figures by name."""
        return {**vars(self), "seconds": round(self.seconds, 2)}

    def with_labels(self, insights: list[Insight], segments: int) -> "AnalysisOutcome":
        """Return the outcome with one batch counted in."""
        return replace(
            self,
            segments=self.segments + segments,
            sales_enquiries=self.sales_enquiries + sum(one.is_sales_enquiry for one in insights),
            complaints=self.complaints + sum(one.is_complaint for one in insights),
            promises=self.promises + sum(len(one.next_steps) for one in insights),
        )


@dataclass(frozen=True)
class _Transcript:
    id: int
    conversation: Conversation
    has_start: bool


def rules_version() -> str:
    """Name the present rules: a hash over the lexicons and over the code that reads them."""
    return f"rules-{lexicons_hash()}-{_code_hash()}"


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    files = [file for file in resources.files("synapse.language").iterdir() if file.name.endswith(".py")]
    for file in sorted(files, key=lambda file: file.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def analyse_transcripts(
    engine: sa.Engine, settings_version: SettingsVersion, progress: Report | None = None
) -> AnalysisOutcome:
    """Label all current transcripts and message threads that lack labels of the present rules.

    Works in batches, each in a transaction of its own: a killed run is simply run again. Two runs at once do
    the same work twice, to the same end; the caller sees to it that there is one.

    Args:
        engine: Of the warehouse.
        settings_version: Settings in force; the calendar decides on due times.
        progress: Told (transcripts done, in all) after each batch.
    """
    began = time.monotonic()
    hours = WorkingTime.of(settings_version.settings.calendar)
    outcome = AnalysisOutcome()
    version = rules_version()
    total = _count_left(engine, version)
    for batch in _batches(engine, version):
        outcome = _label_batch(engine, batch, hours, version, outcome)
        if progress is not None:
            progress(outcome.conversations, total, "")
    for part_insights, messages in label_threads(engine, hours, version):
        outcome = replace(outcome, threads=outcome.threads + len(part_insights))
        outcome = outcome.with_labels(part_insights, messages)
    outcome = replace(outcome, seconds=time.monotonic() - began)
    _log.info("conversations_labelled", version=version, **outcome.figures())
    return outcome


def _count_left(engine: sa.Engine, version: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(statement("transcripts_left"), {"version": version}).scalar_one())


def _batches(engine: sa.Engine, version: str) -> Iterator[list[_Transcript]]:
    """Read what is to be labelled by key, so that what a batch writes does not disturb the reading."""
    after = 0
    while True:
        with engine.connect() as connection:
            wanted = {"after": after, "version": version, "batch": _BATCH}
            starts = {
                row.id: row.started_at
                for row in connection.execute(statement("transcripts_to_label"), wanted)
            }
            segments = connection.execute(statement("segments"), {"transcripts": list(starts)}).all()
        if not starts:
            return
        by_transcript = {
            key: list(rows) for key, rows in groupby(segments, key=lambda row: int(row.transcript_id))
        }
        batch = []
        for transcript_id, started_at in starts.items():
            utterances = [
                Utterance(
                    row.position,
                    row.speaker,
                    row.text,
                    started_at + timedelta(seconds=row.end_seconds) if started_at else None,
                )
                for row in by_transcript.get(transcript_id, [])
            ]
            batch.append(_Transcript(transcript_id, Conversation(utterances), started_at is not None))
        yield batch
        after = max(starts)


def _label_batch(
    engine: sa.Engine, batch: list[_Transcript], hours: WorkingTime, version: str, outcome: AnalysisOutcome
) -> AnalysisOutcome:
    rules = rule_book()
    labelled: list[tuple[Subject, Insight]] = [
        (TranscriptSubject(one.id), understand(one.conversation, rules, hours)) for one in batch
    ]
    with engine.begin() as connection:
        write_insights(connection, labelled, version)
    counted = replace(
        outcome,
        conversations=outcome.conversations + len(batch),
        without_start=outcome.without_start + sum(not one.has_start for one in batch),
    )
    segments = sum(len(one.conversation.utterances) for one in batch)
    return counted.with_labels([insight for _, insight in labelled], segments)
