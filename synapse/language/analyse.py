"""Label every conversation that the present rules have not seen: transcripts, then message threads."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

import sqlalchemy as sa
import structlog

from synapse.language.company_rules import book_of, company_version
from synapse.language.insight import Insight, understand
from synapse.language.rules import RuleBook, lexicons_hash
from synapse.language.statements import statement
from synapse.language.store import Subject, TranscriptSubject, write_insights
from synapse.language.threads import label_threads
from synapse.language.transcripts import Transcript, read_transcripts
from synapse.language.working_time import WorkingTime
from synapse.progress import Report
from synapse.settings.rules import Rules
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
class RulesVersion:
    """Which rules made a label.

    Attributes:
        shipped: A hash over the lexicons and over the code that reads them.
        company: A hash over the company's rules; empty where it has none.
    """

    shipped: str
    company: str

    def __str__(self) -> str:
        """The name kept with each label."""
        return f"{self.shipped}+{self.company}" if self.company else self.shipped


def rules_version(rules: Rules) -> RulesVersion:
    """Name the present rules."""
    return RulesVersion(f"rules-{lexicons_hash()}-{_code_hash()}", company_version(rules))


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    files = [file for file in resources.files("synapse.language").iterdir() if file.name.endswith(".py")]
    for file in sorted(files, key=lambda file: file.name):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def analyse_transcripts(
    engine: sa.Engine,
    settings_version: SettingsVersion,
    progress: Report | None = None,
    *,
    now: datetime,
) -> AnalysisOutcome:
    """Label all current transcripts and message threads that lack labels of the present rules.

    A company's changed rules make labels anew only where the conversation is no older than
    ``rules.relabel_days``; older ones keep the labels that the rules of their time gave.

    Works in batches, each in a transaction of its own: a killed run is simply run again. Two runs at once do
    the same work twice, to the same end; the caller sees to it that there is one.

    Args:
        engine: Of the warehouse.
        settings_version: Settings in force; the calendar decides on due times, ``rules`` on labels.
        progress: Told (transcripts done, in all) after each batch.
        now: The time of the call.
    """
    began = time.monotonic()
    settings = settings_version.settings
    hours = WorkingTime.of(settings.calendar)
    book, version = book_of(settings.rules), rules_version(settings.rules)
    recent = now - timedelta(days=settings.rules.relabel_days)
    outcome = AnalysisOutcome()
    wanted = {"version": str(version), "shipped": version.shipped, "recent": recent}
    total = _count_left(engine, wanted)
    for batch in _batches(engine, wanted):
        outcome = _label_batch(engine, batch, book, hours, str(version), outcome)
        if progress is not None:
            progress(outcome.conversations, total, "")
    for part_insights, messages in label_threads(engine, book, hours, wanted):
        outcome = replace(outcome, threads=outcome.threads + len(part_insights))
        outcome = outcome.with_labels(part_insights, messages)
    outcome = replace(outcome, seconds=time.monotonic() - began)
    _log.info("conversations_labelled", version=str(version), **outcome.figures())
    return outcome


def _count_left(engine: sa.Engine, wanted: Mapping[str, object]) -> int:
    with engine.connect() as connection:
        return int(connection.execute(statement("transcripts_left"), wanted).scalar_one())


def _batches(engine: sa.Engine, wanted: Mapping[str, object]) -> Iterator[list[Transcript]]:
    """Read what is to be labelled by key, so that what a batch writes does not disturb the reading."""
    after = 0
    while True:
        with engine.connect() as connection:
            chosen = {**wanted, "after": after, "batch": _BATCH}
            rows = connection.execute(statement("transcripts_to_label"), chosen).all()
            batch = read_transcripts(connection, {row.id: row.started_at for row in rows})
        if not batch:
            return
        yield batch
        after = max(one.id for one in batch)


def _label_batch(
    engine: sa.Engine,
    batch: list[Transcript],
    rules: RuleBook,
    hours: WorkingTime,
    version: str,
    outcome: AnalysisOutcome,
) -> AnalysisOutcome:
    labelled: list[tuple[Subject, Insight]] = [
        (TranscriptSubject(one.id), understand(one.conversation, rules, hours)) for one in batch
    ]
    with engine.begin() as connection:
        write_insights(connection, labelled, version)
    counted = replace(
        outcome,
        conversations=outcome.conversations + len(batch),
        without_start=outcome.without_start + sum(one.started_at is None for one in batch),
    )
    segments = sum(len(one.conversation.utterances) for one in batch)
    return counted.with_labels([insight for _, insight in labelled], segments)
