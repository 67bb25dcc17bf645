"""Call records that a PBX sends over HTTP → a file in landing, like those it would write itself.

The file is the durable acknowledgement; the importer of CDR files loads it, so that there is one parser, one
ledger and one place for rejects. Names are made from the content: the same batch twice is one file.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import sqlalchemy as sa

from synapse.database.tables.raw import rejected_rows
from synapse.errors import ObjectNotFoundError, SynapseError
from synapse.landing.asterisk_cdr import FORMAT, CdrParser
from synapse.landing.context import FileContext
from synapse.landing.errors import FileRefusedError
from synapse.landing.records import Reject, storable
from synapse.landing.sniff import HEAD_BYTES, refuse_binary
from synapse.landing.text_lines import read_blocks
from synapse.operations.work import request_work
from synapse.settings.sections import Settings
from synapse.settings.store import current_settings
from synapse.storage import ObjectStore

PREFIX = "landing/asterisk/cdr-api-"
SOURCE = "asterisk_cdr"
MAX_ROWS = 10_000


class CallRecordsRefusedError(SynapseError):
    """A body of which no row can be taken.

    Args:
        message: What is wrong.
        hint: What the sender should do.
        rejects: Rows and what is wrong with each.
    """

    def __init__(self, message: str, *, hint: str = "", rejects: Sequence[Reject] = ()) -> None:
        super().__init__(message, hint=hint)
        self.rejects = list(rejects)


class KeyReusedError(SynapseError):
    """An idempotency key came with another body before."""


@dataclass(frozen=True)
class LandedCallRecords:
    """A batch that is safe in landing.

    Attributes:
        key: Object key of the file.
        rows: Rows that the importer will load.
        rejects: Rows that it will keep as rejected.
        is_new: False if the same batch had landed already.
    """

    key: str
    rows: int
    rejects: list[Reject]
    is_new: bool


def csv_of(document: object) -> bytes:
    """Turn JSON call records into a CSV file with a header.

    Args:
        document: One object or a list of them; fields named as in Asterisk's ``cdr`` table.

    Raises:
        CallRecordsRefusedError: It is neither, or too many.
    """
    records = document if isinstance(document, list) else [document]
    if not records or len(records) > MAX_ROWS:
        raise CallRecordsRefusedError(f"Send 1 to {MAX_ROWS} call records; here are {len(records)}.")
    for position, record in enumerate(records):
        if not isinstance(record, dict) or not record:
            raise CallRecordsRefusedError(f"Record {position} is not a JSON object with fields.")
    columns = dict.fromkeys(FORMAT.canonical(name) for record in records for name in record)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for record in records:
        cells = {FORMAT.canonical(name): _cell(value) for name, value in record.items()}
        writer.writerow([cells.get(name, "") for name in columns])
    return text.getvalue().encode()


def land_call_records(
    engine: sa.Engine,
    store: ObjectStore,
    *,
    content: bytes,
    sent_by: str,
    idempotency_key: str,
    now: datetime,
) -> LandedCallRecords:
    """Check a batch, write it to landing and ask for it to be loaded.

    Args:
        engine: Engine of the warehouse.
        store: The object storage.
        content: CSV with or without a header, as the PBX writes it.
        sent_by: Name of the sender's key.
        idempotency_key: Given by the sender, or empty.
        now: The present moment.

    Raises:
        CallRecordsRefusedError: No row can be taken; the rows are kept as rejected.
        KeyReusedError: The idempotency key came with another body before.
    """
    with engine.begin() as connection:
        settings = current_settings(connection).settings
    try:
        rows, rejects = _check(content, settings, now)
    except CallRecordsRefusedError as error:
        _keep_rejects(engine, error.rejects)
        raise
    content = content if content.endswith(b"\n") else content + b"\n"  # or the importer waits for more
    key = _object_key(store, content, sent_by, idempotency_key)
    is_new = not _exists(store, key)
    if is_new:
        store.put(key, io.BytesIO(content), content_type="text/csv")
    with engine.begin() as connection:
        request_work(connection, "load", requested_by=f"key:{sent_by}")
    return LandedCallRecords(key, rows, rejects, is_new)


def _check(content: bytes, settings: Settings, now: datetime) -> tuple[int, list[Reject]]:
    """Parse as the importer will: how many rows it will take, and those it will refuse."""
    if not content.strip():
        raise CallRecordsRefusedError("The body is empty.")
    parser = CdrParser(FileContext(f"{PREFIX}check.csv", settings, now))
    rows = 0
    rejects: list[Reject] = []
    try:
        refuse_binary(content[:HEAD_BYTES])
        for block in read_blocks(io.BytesIO(content)):
            batch = parser.parse(block)
            rows += len(batch.rows)
            rejects += batch.rejects
        batch = parser.finish()
        rows += len(batch.rows)
        rejects += batch.rejects
    except FileRefusedError as error:
        whole = [
            Reject(None, "unreadable", error.message, storable(content[:4096].decode("utf-8", "replace")))
        ]
        raise CallRecordsRefusedError(error.message, hint=error.hint, rejects=rejects or whole) from error
    if not rows:
        raise CallRecordsRefusedError("No row of the body can be taken.", rejects=rejects)
    return rows, rejects


def _exists(store: ObjectStore, key: str) -> bool:
    try:
        store.stat(key)
    except ObjectNotFoundError:
        return False
    return True


def _object_key(store: ObjectStore, content: bytes, sent_by: str, idempotency_key: str) -> str:
    digest = hashlib.sha256(content).hexdigest()[:32]
    if not idempotency_key:
        return f"{PREFIX}{digest}.csv"
    sender = hashlib.sha256(f"{sent_by}\n{idempotency_key}".encode()).hexdigest()[:32]
    wanted = f"{PREFIX}{sender}-{digest}.csv"
    if any(info.key != wanted for info in store.list(f"{PREFIX}{sender}-")):
        raise KeyReusedError(
            "This Idempotency-Key came with another body before.", hint="Use a new key for a new batch."
        )
    return wanted


def _keep_rejects(engine: sa.Engine, rejects: Sequence[Reject]) -> None:
    rows: list[Mapping[str, object]] = [
        {
            "source": SOURCE,
            "line_number": reject.line_number,
            "reason_code": reject.reason_code,
            "reason": reject.reason,
            "original": reject.original,
        }
        for reject in rejects
    ]
    if rows:
        with engine.begin() as connection:
            connection.execute(sa.insert(rejected_rows), rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return str(value).replace("\x00", "")
