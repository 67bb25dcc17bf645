"""Bulk load: COPY straight into the table; where a key is there already, by way of a temporary table."""

from collections.abc import Callable, Sequence

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.postgresql import Insert, insert

from synapse.database.copy import copy_rows

OnConflict = Callable[[Insert], Insert]
_MOST_WAITED = 64  # merges


class BulkInsert:
    """Inserts runs of encoded rows into one table, in the caller's transaction.

    Most rows are new. So a run is first copied straight into the table, behind a savepoint; if a unique key
    refuses it, the run is copied into a temporary table and merged by the conflict rule. After the n-th
    refusal 2ⁿ runs are merged at once before the straight way is tried again: a file whose rows are all
    known costs a few vain tries, one with a single known row nearly nothing.

    Args:
        connection: Open transaction.
        target: Table that receives the rows.
        columns: Names of its columns, in the order of the rows.
        on_conflict: Adds the conflict rule to the statement.
    """

    def __init__(
        self, connection: sa.Connection, target: sa.Table, columns: Sequence[str], on_conflict: OnConflict
    ) -> None:
        self._connection = connection
        self._target = target
        self._columns = tuple(columns)
        self._on_conflict = on_conflict
        self._staged: sa.Table | None = None
        self._refusals = 0
        self._merges_to_come = 0

    def insert(self, data: bytes, rows: int, last_by: Callable[[], Sequence[str]] = tuple) -> int:
        """Insert one run of rows.

        Args:
            data: What :func:`synapse.database.copy.encode_rows` returned.
            rows: How many they are.
            last_by: Gives the natural key of which only the row with the greatest ``line_number`` is taken;
                asked only where rows are merged.

        Returns:
            Rows inserted or updated.
        """
        if self._merges_to_come:
            self._merges_to_come -= 1
        elif self._copied(data):
            return rows
        return self._merged(data, last_by())

    def _copied(self, data: bytes) -> bool:
        target = sql.Identifier(self._target.schema or "public", self._target.name)
        try:
            with self._connection.begin_nested():
                copy_rows(self._connection, target, self._columns, data)
        except psycopg.errors.UniqueViolation:
            self._refusals += 1
            self._merges_to_come = min(1 << self._refusals, _MOST_WAITED)
            return False
        return True

    def _merged(self, data: bytes, last_by: Sequence[str]) -> int:
        staged = self._emptied()
        copy_rows(self._connection, sql.Identifier(staged.name), self._columns, data)
        rows: sa.FromClause = staged
        if last_by:
            key = [staged.c[name] for name in last_by]
            rows = (
                sa.select(staged)
                .distinct(*key)
                .order_by(*key, staged.c.line_number.desc())
                .subquery("newest")
            )
        select = sa.select(*(rows.c[name] for name in self._columns))
        statement = self._on_conflict(insert(self._target).from_select(self._columns, select))
        return self._connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount

    def _emptied(self) -> sa.Table:
        """The temporary table, which goes with the transaction."""
        if self._staged is None:
            self._staged = sa.Table(
                f"staged_{self._target.name}",
                sa.MetaData(),
                *(sa.Column(name, self._target.c[name].type) for name in self._columns),
                prefixes=["temporary"],
                postgresql_on_commit="drop",
            )
            self._staged.create(self._connection)
        else:
            driver = self._connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            driver.execute(sql.SQL("truncate {}").format(sql.Identifier(self._staged.name)))
        return self._staged
