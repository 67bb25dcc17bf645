"""Every source with what it brought, what was refused and whether it has fallen silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Literal, get_args

import sqlalchemy as sa

from synapse.database.tables.app import alerts
from synapse.database.tables.core import recordings
from synapse.database.tables.raw import files, rejected_rows
from synapse.security.masking import Masking

Freshness = Literal["fresh", "stale", "absent"]
FRESHNESS: tuple[Freshness, ...] = get_args(Freshness)

# How long each source may be silent before somebody should look. The PBX and the site speak all day,
# but not on a closed weekend night; an accountant exports receipts once a working day.
LONGEST_SILENCE = {
    "asterisk_cdr": timedelta(hours=36),
    "asterisk_cel": timedelta(hours=36),
    "asterisk_queue_log": timedelta(hours=36),
    "recordings": timedelta(hours=36),
    "onec_receipts": timedelta(hours=72),
    "channel_costs": timedelta(days=35),
    "web_events": timedelta(hours=24),
    "telegram_messages": timedelta(hours=72),
    "ready_transcripts": timedelta(days=365),
}


@dataclass(frozen=True)
class Source:
    """One source.

    Attributes:
        name: As in the ledger; ``recordings`` for audio objects.
        freshness: ``absent`` when it never brought anything.
        files: Files or objects seen.
        failed_files: Files that could not be read at all.
        rows_loaded: Rows taken from files.
        rows_rejected: Rows refused.
        last_arrival_at: When something last arrived.
        last_event_at: Newest moment inside the data.
        last_key: The file that came last.
    """

    name: str
    freshness: Freshness
    files: int
    failed_files: int
    rows_loaded: int
    rows_rejected: int
    last_arrival_at: datetime | None
    last_event_at: datetime | None
    last_key: str | None


@dataclass(frozen=True)
class RejectReason:
    """Refused rows of one source for one reason, with an example."""

    code: str
    reason: str
    rows: int
    example: str
    last_at: datetime


@dataclass(frozen=True)
class FailedFile:
    """A file that could not be read, and what to do about it."""

    source: str
    key: str
    error: str | None
    hint: str | None
    seen_at: datetime


@dataclass(frozen=True)
class Alert:
    """Something that is wrong and not mended yet."""

    kind: str
    subject: str
    message: str
    raised_at: datetime


def freshness_of(name: str, last: datetime | None, *, now: datetime) -> Freshness:
    """Judge a source by the newest moment it gave."""
    if last is None:
        return "absent"
    return "stale" if now - last > LONGEST_SILENCE[name] else "fresh"


def list_sources(connection: sa.Connection, *, masking: Masking, now: datetime) -> list[Source]:
    """All sources in a fixed order, those that never brought anything included."""
    query = resources.files("synapse.sources").joinpath("overview.sql").read_text()
    found = {row.source: row for row in connection.execute(sa.text(query)).all()}
    sources = []
    for name in LONGEST_SILENCE:
        if name == "recordings":
            sources.append(_recordings(connection, masking=masking, now=now))
            continue
        row = found[name]
        newest = max(filter(None, (row.last_event_at, row.last_loaded_at)), default=None)
        judged = row.last_event_at or newest
        sources.append(
            Source(
                name,
                freshness_of(name, judged, now=now),
                row.files,
                row.failed_files,
                row.rows_loaded,
                row.rows_rejected,
                row.last_loaded_at or row.last_event_at,
                row.last_event_at,
                masking.note(row.last_key),
            )
        )
    return sources


def _recordings(connection: sa.Connection, *, masking: Masking, now: datetime) -> Source:
    t = recordings.c
    bad = t.state.not_in(("ready", "growing"))
    row = connection.execute(
        sa.select(
            sa.func.count().label("objects"),
            sa.func.count().filter(bad).label("bad"),
            sa.func.max(t.first_seen_at).label("seen_at"),
            sa.func.max(t.started_at).label("started_at"),
        )
    ).one()
    key = connection.execute(sa.select(t.key).order_by(t.id.desc()).limit(1)).scalar()
    return Source(
        "recordings",
        freshness_of("recordings", row.started_at or row.seen_at, now=now),
        row.objects,
        row.bad,
        row.objects - row.bad,
        row.bad,
        row.seen_at,
        row.started_at,
        masking.note(key),
    )


def count_stale(sources: list[Source]) -> int:
    """How many sources have fallen silent."""
    return sum(source.freshness == "stale" for source in sources)


def reject_reasons(connection: sa.Connection, source: str, *, masking: Masking) -> list[RejectReason]:
    """Refused rows of a source by reason, most frequent first."""
    t = rejected_rows.c
    rows = connection.execute(
        sa.select(
            t.reason_code,
            sa.func.max(t.reason).label("reason"),
            sa.func.count().label("rows"),
            sa.func.max(sa.func.left(t.original, 160)).label("example"),
            sa.func.max(t.rejected_at).label("last_at"),
        )
        .where(t.source == source)
        .group_by(t.reason_code)
        .order_by(sa.func.count().desc())
        .limit(20)
    ).all()
    return [
        RejectReason(
            row.reason_code, row.reason, row._mapping["rows"], masking.note(row.example) or "", row.last_at
        )
        for row in rows
    ]


def failed_files(connection: sa.Connection, *, masking: Masking, limit: int = 50) -> list[FailedFile]:
    """Files that could not be read, newest first."""
    t = files.c
    rows = connection.execute(
        sa.select(t.source, t.key, t.error, t.hint, t.first_seen_at)
        .where(t.state == "failed")
        .order_by(t.id.desc())
        .limit(limit)
    ).all()
    return [
        FailedFile(
            row.source, masking.note(row.key) or "", masking.note(row.error), row.hint, row.first_seen_at
        )
        for row in rows
    ]


def open_alerts(connection: sa.Connection, *, masking: Masking) -> list[Alert]:
    """Alerts that are not resolved, newest first."""
    t = alerts.c
    rows = connection.execute(
        sa.select(alerts).where(t.resolved_at.is_(None)).order_by(t.raised_at.desc()).limit(50)
    ).all()
    return [
        Alert(row.kind, masking.note(row.subject) or "", masking.note(row.message) or "", row.raised_at)
        for row in rows
    ]
