"""Refused rows for download."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from synapse.database.tables.raw import files, rejected_rows


@dataclass(frozen=True)
class Reject:
    """One refused row as it came, with the reason."""

    file: str | None
    line_number: int | None
    reason_code: str
    reason: str
    original: str
    rejected_at: datetime


def rejects_of(connection: sa.Connection, source: str, *, limit: int = 100_000) -> Iterator[Reject]:
    """Refused rows of a source, newest first, without holding them all in memory."""
    t = rejected_rows.c
    query = (
        sa.select(files.c.key, t.line_number, t.reason_code, t.reason, t.original, t.rejected_at)
        .select_from(rejected_rows.outerjoin(files, files.c.id == t.file_id))
        .where(t.source == source)
        .order_by(t.id.desc())
        .limit(limit)
    )
    result = connection.execution_options(yield_per=1000).execute(query)
    for row in result:
        yield Reject(row.key, row.line_number, row.reason_code, row.reason, row.original, row.rejected_at)
