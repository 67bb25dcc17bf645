"""A table of advertising costs that a person brings: checked by the importer's reader, then landed."""

import io
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath

import sqlalchemy as sa

from synapse.errors import SynapseError
from synapse.landing.channel_costs import COLUMNS, read_costs
from synapse.landing.classify import clean_name
from synapse.landing.context import FileContext
from synapse.landing.errors import FileRefusedError
from synapse.landing.records import Reject
from synapse.landing.sources import source_of
from synapse.operations.work import request_work
from synapse.security.audit import Actor, record
from synapse.settings.sections import Settings
from synapse.storage import ObjectStore

LARGEST = 8 << 20


class CostsRefusedError(SynapseError):
    """A table of costs has something wrong; nothing of it was taken.

    Args:
        message: What is wrong with the whole.
        hint: What to do.
        rejects: Lines that are wrong.
    """

    def __init__(self, message: str, *, hint: str, rejects: tuple[Reject, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.rejects = rejects


@dataclass(frozen=True)
class TakenCosts:
    """What was put to landing: rows and their sum as written, without regard to currency."""

    key: str
    rows: int
    amount: Decimal


def take_costs(
    connection: sa.Connection,
    store: ObjectStore,
    name: str,
    content: bytes,
    *,
    settings: Settings,
    now: datetime,
    author: Actor,
) -> TakenCosts:
    """Check a table, store it and ask for its loading; a file of the same name is replaced.

    Raises:
        CostsRefusedError: It is no table of costs, or a line of it is wrong.
        StorageError: The storage is away.
    """
    key = f"landing/costs/{clean_name(PurePath(name).name)}"
    if source_of(key) is None:
        raise CostsRefusedError(f"{name!r} is no table.", hint="Send a CSV or XLSX file.")
    if not content or len(content) > LARGEST:
        raise CostsRefusedError("The file is empty or too large.", hint="Send a table of at most 8 MB.")
    try:
        batches = list(read_costs(FileContext(key, settings, now), io.BytesIO(content)))
    except FileRefusedError as error:
        raise CostsRefusedError(str(error), hint=error.hint or "") from error
    rejects = tuple(reject for batch in batches for reject in batch.rejects)
    rows = [row for batch in batches for row in batch.rows]
    if rejects or not rows:
        raise CostsRefusedError(
            "Nothing was taken." if rejects else "The table has no rows.",
            hint="Mend the lines and send the file again.",
            rejects=rejects,
        )
    store.put(key, io.BytesIO(content))
    request_work(connection, "load", requested_by=author.name)
    place = COLUMNS.index("amount")
    taken = TakenCosts(key, len(rows), sum((Decimal(str(row[place])) for row in rows), Decimal(0)))
    record(connection, author, "costs.upload", key, after={"rows": taken.rows, "amount": str(taken.amount)})
    return taken
