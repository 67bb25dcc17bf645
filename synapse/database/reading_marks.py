"""How far an incremental reader has read a table that others append to, without missing a slow writer.

Rows carry the time at which their transaction began (``loaded_at``, ``received_at``), but become visible when
it ends: a reader that simply remembers the newest time it saw would miss a long load that began earlier. So a
mark only moves up to a reading at which no writer was open, or all that were open then have ended since.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.core import reading_marks

# A transaction takes its time some moments before its number.
_MARGIN = timedelta(minutes=5)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """One reading of one table.

    Attributes:
        since: Rows landed after this are to be read; some of them may have been read before.
        read_until: The mark to leave behind if this reading is the last for a while.
        taken_at: When it takes place.
        xmax: Transactions from this number on begin after it.
    """

    since: datetime
    read_until: datetime
    taken_at: datetime
    xmax: int


def begin_reading(connection: sa.Connection, reader: str, source: str) -> Reading:
    """Say from where ``reader`` has to read ``source``; call it before reading, in the same transaction."""
    statement = resources.files("synapse.database").joinpath("present_snapshot.sql").read_text()
    present = connection.execute(sa.text(statement)).one()
    mark = connection.execute(
        sa.select(reading_marks).where(reading_marks.c.reader == reader, reading_marks.c.source == source)
    ).one_or_none()
    if present.xmin == present.xmax:
        settled = present.taken_at
    elif mark is not None and mark.candidate_xmax <= present.xmin:
        settled = mark.candidate_at
    else:
        settled = mark.read_until if mark is not None else _EVER
    since = mark.read_until - _MARGIN if mark is not None else _EVER
    return Reading(since, settled, present.taken_at, present.xmax)


def finish_reading(connection: sa.Connection, reader: str, source: str, reading: Reading) -> None:
    """Move the mark, in the transaction that writes what was made of the rows."""
    moved = {
        "read_until": reading.read_until,
        "candidate_at": reading.taken_at,
        "candidate_xmax": reading.xmax,
    }
    connection.execute(
        insert(reading_marks)
        .values(reader=reader, source=source, **moved)
        .on_conflict_do_update(index_elements=["reader", "source"], set_=moved)
    )
