"""``raw.rejected_rows``: what could not be taken, with the reason and the original."""

from collections.abc import Sequence

import sqlalchemy as sa
from psycopg import sql

from synapse.database.copy import copy_rows, encode_rows
from synapse.database.tables.raw import rejected_rows
from synapse.landing.records import Reject

_COLUMNS = ("file_id", "source", "line_number", "reason_code", "reason", "original")
_TABLE = sql.Identifier("raw", "rejected_rows")


def write_rejects(connection: sa.Connection, source: str, file_id: int, rejects: Sequence[Reject]) -> None:
    """Keep rejected rows of one file, in the caller's transaction."""
    if not rejects:
        return
    rows = [
        # COPY reads an empty field as NULL, and the original may be empty
        (file_id, source, one.line_number, one.reason_code, one.reason, one.original or " ")
        for one in rejects
    ]
    copy_rows(connection, _TABLE, _COLUMNS, encode_rows(rows))


def forget_rejects(connection: sa.Connection, file_id: int) -> None:
    """Remove a file's rejected rows before it is read anew."""
    connection.execute(sa.delete(rejected_rows).where(rejected_rows.c.file_id == file_id))
