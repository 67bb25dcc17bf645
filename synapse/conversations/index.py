"""Bring the search up to date with the labelled conversations and their vocabulary."""

import sqlalchemy as sa

from synapse.conversations.statements import statement
from synapse.progress import Report

_BATCH = 2_000


def index_conversations(engine: sa.Engine, progress: Report | None = None) -> int:
    """Index every conversation that is new or was labelled anew since it was indexed.

    Works in batches of one transaction each: a killed run is simply run again.

    Args:
        engine: Of the warehouse.
        progress: Told (done, done so far, nothing) after each batch; how many are left is not counted.

    Returns:
        How many conversations were indexed.
    """
    done, after = 0, 0
    while True:
        with engine.begin() as connection:
            row = connection.execute(statement("index_documents"), {"after": after, "batch": _BATCH}).one()
        if not row.documents:
            return done
        done, after = done + int(row.documents), int(row.last_id)
        if progress is not None:
            progress(done, done, "")
