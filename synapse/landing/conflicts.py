"""What happens when a row with the same natural key is there already."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert

from synapse.database.tables.raw import files
from synapse.landing.source import OnConflict


def keep_first(*key: str) -> OnConflict:
    """Rows never change: what is there stays."""

    def rule(_: sa.Table, statement: Insert) -> Insert:
        return statement.on_conflict_do_nothing(index_elements=list(key))

    return rule


def newer_file_wins(key: Sequence[str], columns: Sequence[str]) -> OnConflict:
    """A row of a file that was written earlier does not replace one of a later file."""

    def rule(table: sa.Table, statement: Insert) -> Insert:
        changed = {name: statement.excluded[name] for name in (*columns, "file_id") if name not in key}
        standing, coming = files.alias("standing"), files.alias("coming")
        standing_time = sa.select(standing.c.modified_at).where(standing.c.id == table.c.file_id)
        coming_time = sa.select(coming.c.modified_at).where(coming.c.id == statement.excluded.file_id)
        is_newer = sa.func.coalesce(
            coming_time.scalar_subquery() >= standing_time.scalar_subquery(), sa.true()
        )
        return statement.on_conflict_do_update(
            index_elements=list(key), set_=changed | {"loaded_at": sa.func.now()}, where=is_newer
        )

    return rule
