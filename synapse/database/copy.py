"""Bulk load: COPY into a temporary table, then one ``insert … select`` with a conflict rule."""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.postgresql import Insert, insert

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
OnConflict = Callable[[Insert], Insert]


def encode_rows(rows: Sequence[Sequence[object]]) -> bytes:
    """Encode rows for :func:`copy_rows`: None and empty text become NULL.

    Args:
        rows: All of one width.
    """
    if not rows:
        return b""
    lines = [_joined(row) for row in rows]
    text = "\n".join(lines)
    separators = len(rows) * (len(rows[0]) - 1)
    if "\\" in text or "\r" in text or text.count("\n") >= len(rows) or text.count("\t") != separators:
        text = "\n".join(
            line if _is_plain(line, len(row)) else "\t".join(_escaped(value) for value in row)
            for line, row in zip(lines, rows, strict=True)
        )
    return f"{text}\n".encode()


def _joined(row: Sequence[object]) -> str:
    try:
        return "\t".join(row)  # type: ignore[arg-type]
    except TypeError:  # not all are text
        return "\t".join(["" if value is None else str(value) for value in row])


def _is_plain(line: str, width: int) -> bool:
    return "\\" not in line and "\n" not in line and "\r" not in line and line.count("\t") == width - 1


def _escaped(value: object) -> str:
    return "" if value is None else str(value).translate(_ESCAPES)


def copy_rows(connection: sa.Connection, table: sql.Identifier, columns: Sequence[str], data: bytes) -> None:
    """Run one COPY in the caller's transaction.

    Args:
        connection: Open transaction.
        table: Target.
        columns: Its columns in the order of the data.
        data: What :func:`encode_rows` returned.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    statement = sql.SQL("copy {} ({}) from stdin (format text, null '')").format(
        table, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(data)


class Staging:
    """A temporary table shaped like some columns of a target; it goes with the transaction.

    Args:
        connection: Open transaction.
        target: Table that will receive the rows.
        columns: Names of its columns, in the order of the rows.
    """

    def __init__(self, connection: sa.Connection, target: sa.Table, columns: Sequence[str]) -> None:
        self.connection = connection
        self.target = target
        self.columns = tuple(columns)
        self.table = sa.Table(
            f"staged_{target.name}",
            sa.MetaData(),
            *(sa.Column(name, target.c[name].type) for name in columns),
            prefixes=["temporary"],
            postgresql_on_commit="drop",
        )
        self.table.create(connection)

    def copy(self, data: bytes) -> None:
        """COPY encoded rows into the temporary table."""
        copy_rows(self.connection, sql.Identifier(self.table.name), self.columns, data)

    def clear(self) -> None:
        """Empty the temporary table."""
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.execute(sql.SQL("truncate {}").format(sql.Identifier(self.table.name)))

    def merge(self, constants: dict[str, Any], on_conflict: OnConflict, last_by: Sequence[str] = ()) -> int:
        """Insert the staged rows into the target.

        Args:
            constants: Values of further columns, the same for all rows.
            on_conflict: Adds the conflict rule to the statement.
            last_by: Natural key of which only the row with the greatest ``line_number`` is taken.

        Returns:
            Rows inserted or updated.
        """
        rows: sa.FromClause = self.table
        if last_by:
            key = [self.table.c[name] for name in last_by]
            newest = sa.select(self.table).distinct(*key).order_by(*key, self.table.c.line_number.desc())
            rows = newest.subquery()
        fixed = [sa.literal(value, self.target.c[name].type).label(name) for name, value in constants.items()]
        select = sa.select(*fixed, *(rows.c[name] for name in self.columns))
        statement = insert(self.target).from_select([*constants, *self.columns], select)
        return self.connection.execute(
            on_conflict(statement), execution_options={"preserve_rowcount": True}
        ).rowcount
