"""Bulk load: COPY straight into the table; where a key is there already, by way of a temporary table."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.postgresql import Insert, insert

from synapse.database.copy import OpenCopy, copy_rows

OnConflict = Callable[[Insert], Insert]
# What is sent behind one savepoint and kept until Postgres has taken it.
RUN_BYTES = 4 << 20
_MOST_WAITED = 64  # merges


class BulkInsert:
    """Inserts pieces of encoded rows into one table, in the caller's transaction.

    Most rows are new. So pieces are first copied straight into the table, some of them behind one savepoint;
    if a unique key refuses them, each is copied into a temporary table and merged by the conflict rule. After
    the n-th refusal 2ⁿ pieces are merged at once before the straight way is tried again: a file whose rows
    are all known costs a few vain tries, one with a single known row nearly nothing.

    Use it as a context manager; the connection is free for other statements after :meth:`flush`.

    Args:
        connection: Open transaction.
        target: Table that receives the rows.
        columns: Names of its columns, in the order of the rows.
        on_conflict: Adds the conflict rule to the statement.
        last_by: Natural key of which only the row with the greatest ``line_number`` is taken; none where
            the first may stay.

    Attributes:
        inserted: Rows inserted or updated so far; after :meth:`flush`, of all pieces.
    """

    def __init__(
        self,
        connection: sa.Connection,
        target: sa.Table,
        columns: Sequence[str],
        on_conflict: OnConflict,
        last_by: Sequence[str] = (),
    ) -> None:
        self.inserted = 0
        self._connection = connection
        self._target = target
        self._columns = tuple(columns)
        self._on_conflict = on_conflict
        self._last_by = tuple(last_by)
        self._run: _Run | None = None
        self._staged: sa.Table | None = None
        self._refusals = 0
        self._merges_to_come = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()
        elif self._run is not None:
            self._run.abandon()

    def insert(self, data: bytes, rows: int, may_repeat: Callable[[], bool] = lambda: True) -> None:
        """Insert one piece.

        Args:
            data: What :func:`synapse.database.copy.encode_rows` returned.
            rows: How many rows it has.
            may_repeat: Whether a natural key may stand in it twice; where none does, Postgres need not sort
                it. Asked only where it matters.
        """
        if self._merges_to_come:
            self._merges_to_come -= 1
            self._merge(data, self._last_by if self._last_by and may_repeat() else ())
            return
        if self._run is None:
            self._run = _Run(self._connection, self._target, self._columns)
        self._run.write(data, rows)
        if self._run.size >= RUN_BYTES:
            self.flush()

    def flush(self) -> None:
        """Bring to its end what has been sent."""
        run, self._run = self._run, None
        if run is None:
            return
        if run.is_taken():
            self.inserted += run.rows
            return
        self._refusals += 1
        self._merges_to_come = min(1 << self._refusals, _MOST_WAITED)
        for data in run.pieces:
            self._merge(data, self._last_by)

    def _merge(self, data: bytes, last_by: Sequence[str]) -> None:
        staged = self._emptied()
        copy_rows(self._connection, sql.Identifier(staged.name), self._columns, data)
        rows: sa.FromClause = staged
        if last_by:
            key = [staged.c[name] for name in last_by]
            newest = sa.select(staged).distinct(*key).order_by(*key, staged.c.line_number.desc())
            rows = newest.subquery("newest")
        select = sa.select(*(rows.c[name] for name in self._columns))
        statement = self._on_conflict(insert(self._target).from_select(self._columns, select))
        done = self._connection.execute(statement, execution_options={"preserve_rowcount": True})
        self.inserted += done.rowcount

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
            return self._staged
        driver = self._connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.execute(sql.SQL("truncate {}").format(sql.Identifier(self._staged.name)))
        return self._staged


class _Run:
    """Pieces that go straight into the table, behind one savepoint."""

    def __init__(self, connection: sa.Connection, target: sa.Table, columns: Sequence[str]) -> None:
        self.pieces: list[bytes] = []
        self.rows = self.size = 0
        self._savepoint = connection.begin_nested()
        name = sql.Identifier(target.schema or "public", target.name)
        self._copy = OpenCopy(connection, name, columns)

    def write(self, data: bytes, rows: int) -> None:
        self.pieces.append(data)
        self.rows += rows
        self.size += len(data)
        self._copy.write(data)

    def is_taken(self) -> bool:
        """End the COPY; False where a key was there already and nothing has been taken."""
        try:
            self._copy.finish()
        except psycopg.errors.UniqueViolation:
            self._savepoint.rollback()
            return False
        self._savepoint.commit()
        return True

    def abandon(self) -> None:
        """Leave the COPY, so that the transaction can be rolled back."""
        self._copy.abandon()
