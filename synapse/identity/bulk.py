"""Whole columns of integers between Postgres and arrays, by binary COPY.

The format is that of https://www.postgresql.org/docs/current/sql-copy.html: rows of a fixed length here, as
every field is a ``bigint`` that is not null.
"""

import numpy as np
import psycopg
import sqlalchemy as sa
from psycopg import sql

from synapse.identity.components import Integers

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


def _row_type(columns: int) -> np.dtype[np.void]:
    fields = [("count", ">i2")]
    for column in range(columns):
        fields += [(f"length{column}", ">i4"), (f"value{column}", ">i8")]
    return np.dtype(fields)


def _cursor(connection: sa.Connection) -> psycopg.Cursor[tuple[object, ...]]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


def read_columns(connection: sa.Connection, table: str, expressions: list[str]) -> list[Integers]:
    """Read ``bigint`` expressions over a table of the present transaction, one array each.

    Each column comes as one value, packed by the server: rows one by one, even by COPY, cost Python ten times
    as much. A value of Postgres ends at 1 GB, which is 130 million rows.

    Args:
        connection: Open transaction.
        table: Its name.
        expressions: SQL of our own, without input from outside.
    """
    query = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(map(_packed, expressions)), sql.Identifier(table)
    )
    with _cursor(connection) as cursor:
        row = cursor.execute(query, binary=True).fetchone() or ()
    return [np.frombuffer(content or b"", dtype=">i8").astype(np.int64) for content in row]  # type: ignore[call-overload]


def _packed(expression: str) -> sql.Composable:
    return sql.SQL("string_agg(int8send(cast({} as bigint)), '')").format(sql.SQL(expression))


def write_columns(connection: sa.Connection, table: str, columns: dict[str, Integers]) -> None:
    """Create a temporary table of ``bigint`` columns that lives as long as the transaction, and fill it."""
    definition = sql.SQL(", ").join(
        sql.SQL("{} bigint not null").format(sql.Identifier(name)) for name in columns
    )
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    identifier = sql.Identifier(table)
    count = len(next(iter(columns.values())))
    rows = np.zeros(count, dtype=_row_type(len(columns)))
    rows["count"] = len(columns)
    for number, values in enumerate(columns.values()):
        rows[f"length{number}"] = 8
        rows[f"value{number}"] = values
    with _cursor(connection) as cursor:
        cursor.execute(
            sql.SQL("create temporary table {} ({}) on commit drop").format(identifier, definition)
        )
        statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(identifier, names)
        with cursor.copy(statement) as copy:
            copy.write(_HEADER)
            copy.write(rows.tobytes())
            copy.write(_TRAILER)
