"""Rows as the text that COPY reads, and the COPY itself."""

from collections.abc import Sequence
from contextlib import ExitStack

import psycopg
import sqlalchemy as sa
from psycopg import sql

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def encode_rows(rows: Sequence[Sequence[object]], before: str = "") -> bytes:
    """Encode rows for :func:`copy_rows`: None and empty text become NULL.

    Args:
        rows: All of one width.
        before: Value of a further column that comes first and is the same in all; plain text.
    """
    if not rows:
        return b""
    try:
        lines = list(map("\t".join, rows))  # type: ignore[arg-type]
    except TypeError:  # not all are text
        lines = [_joined(row) for row in rows]
    text = "\n".join(lines)
    separators = len(rows) * (len(rows[0]) - 1)
    if "\\" in text or "\r" in text or text.count("\n") >= len(rows) or text.count("\t") != separators:
        lines = [
            line if _is_plain(line, len(row)) else "\t".join(_escaped(value) for value in row)
            for line, row in zip(lines, rows, strict=True)
        ]
        text = "\n".join(lines)
    if before:
        start = f"{before}\t"
        text = start + f"\n{start}".join(lines)
    return f"{text}\n".encode()


def _joined(row: Sequence[object]) -> str:
    return "\t".join(["" if value is None else str(value) for value in row])


def _is_plain(line: str, width: int) -> bool:
    return "\\" not in line and "\n" not in line and "\r" not in line and line.count("\t") == width - 1


def _escaped(value: object) -> str:
    return "" if value is None else str(value).translate(_ESCAPES)


class OpenCopy:
    """A COPY under way in the caller's transaction; until it ends the connection does nothing else.

    Args:
        connection: Open transaction.
        table: Target.
        columns: Its columns in the order of the data.
    """

    def __init__(self, connection: sa.Connection, table: sql.Identifier, columns: Sequence[str]) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        statement = sql.SQL("copy {} ({}) from stdin (format text, null '')").format(
            table, sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        self._parts = ExitStack()
        self._copy = self._parts.enter_context(self._parts.enter_context(driver.cursor()).copy(statement))

    def write(self, data: bytes) -> None:
        """Send what :func:`encode_rows` returned."""
        self._copy.write(data)

    def finish(self) -> None:
        """End it.

        Raises:
            psycopg.Error: Postgres refused a row; none has been taken.
        """
        self._parts.close()

    def abandon(self) -> None:
        """Break it off; nothing has been taken and the transaction is lost."""
        error = psycopg.errors.QueryCanceled("abandoned")
        self._parts.__exit__(type(error), error, None)


def copy_rows(connection: sa.Connection, table: sql.Identifier, columns: Sequence[str], data: bytes) -> None:
    """Run one COPY in the caller's transaction.

    Args:
        connection: Open transaction.
        table: Target.
        columns: Its columns in the order of the data.
        data: What :func:`encode_rows` returned.
    """
    copy = OpenCopy(connection, table, columns)
    copy.write(data)
    copy.finish()
