"""Bulk load: COPY into a temporary table, then one ``insert … select`` with a conflict rule."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.postgresql import Insert, insert

OnConflict = Callable[[Insert], Insert]


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Encode rows for ``COPY … (format csv)``: None and empty text become NULL."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def copy_csv(connection: sa.Connection, table: sql.Identifier, columns: Sequence[str], data: bytes) -> None:
    """Run one COPY in the caller's transaction.

    Args:
        connection: Open transaction.
        table: Target.
        columns: Its columns in the order of the data.
        data: What :func:`as_csv` returned.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(
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
        copy_csv(self.connection, sql.Identifier(self.table.name), self.columns, data)

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
