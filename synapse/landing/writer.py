"""Batches of one file → its table; while Postgres works on one, the next is parsed."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from operator import itemgetter

import sqlalchemy as sa

from synapse.database.bulk_insert import BulkInsert
from synapse.database.copy import encode_rows
from synapse.landing import ledger
from synapse.landing.errors import FileRefusedError
from synapse.landing.look import Look
from synapse.landing.records import Batch
from synapse.landing.rejects import write_rejects
from synapse.landing.source import Target

# A file whose first rows are all refused is some other kind of file.
REFUSALS_AT_START = 1000
_UNDER_WAY = 2


class BatchWriter:
    """Writes batches in the caller's transaction.

    Args:
        connection: Open transaction, used by nobody else meanwhile.
        look: Which file it is.
        target: Where rows go.
        file_id: Ledger id of the file.

    Attributes:
        rows: Rows handed over.
        rejected: Rows refused.
        skipped: Rows that are no data.
        first_refusal: Why the first refused row was refused.
    """

    def __init__(self, connection: sa.Connection, look: Look, target: Target, file_id: int) -> None:
        self.rows = self.rejected = self.skipped = 0
        self.first_refusal = ""
        self._connection = connection
        self._source = look.source.name
        self._target = target
        self._file_id = file_id
        newer_files = ledger.newer_files(connection, look.source.name, look.info.modified_at)
        places = [target.columns.index(name) for name in target.key]
        self._key_of = itemgetter(*places) if places else None
        self._table = BulkInsert(
            connection,
            target.table,
            ("file_id", *target.columns),
            lambda statement: target.on_conflict(target.table, statement, newer_files),
            last_by=target.key,
        )
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="landing-writer")
        self._under_way: list[Future[None]] = []

    @property
    def inserted(self) -> int:
        """Rows that were new or changed something, once all are written."""
        return self._table.inserted

    def add(self, batch: Batch) -> None:
        """Hand over one batch; waits while two are under way, so that memory stays flat.

        Raises:
            FileRefusedError: The file began with nothing but refused rows.
        """
        self.rows += len(batch.rows)
        self.rejected += len(batch.rejects)
        self.skipped += batch.skipped
        if batch.rejects and not self.first_refusal:
            self.first_refusal = batch.rejects[0].reason
        if not self.rows and self.rejected >= REFUSALS_AT_START:
            raise FileRefusedError(
                f"None of the first {self.rejected:,} rows can be read: {self.first_refusal}",
                hint="Check that the file is of the kind that this folder is for.",
            )
        if batch.rows or batch.rejects:
            self._under_way.append(self._pool.submit(self._write, batch))
        while len(self._under_way) > _UNDER_WAY:
            self._under_way.pop(0).result()

    def _finish(self) -> None:
        while self._under_way:
            self._under_way.pop(0).result()

    def _write(self, batch: Batch) -> None:
        if batch.rejects:
            self._table.flush()
            write_rejects(self._connection, self._source, self._file_id, batch.rejects)
        if batch.rows:
            data = encode_rows(batch.rows, before=str(self._file_id))
            self._table.insert(data, len(batch.rows), lambda: self._has_repeats(batch))

    def _has_repeats(self, batch: Batch) -> bool:
        """Whether a natural key may stand twice in the batch."""
        keys = set(map(self._key_of, batch.rows)) if self._key_of else ()
        return len(keys) < len(batch.rows)

    @contextmanager
    def writing(self) -> Iterator["BatchWriter"]:
        """All batches are written when the block ends; on an error nothing more is sent."""
        with self._table:
            try:
                yield self
                self._finish()
            finally:
                for future in self._under_way:
                    future.cancel()
                self._pool.shutdown(wait=True)
