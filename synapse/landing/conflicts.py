"""What happens when a row with the same natural key is there already."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert

from synapse.landing.source import OnConflict


def keep_first(*key: str) -> OnConflict:
    """Rows never change: what is there stays."""

    def rule(_: sa.Table, statement: Insert, __: Sequence[int]) -> Insert:
        return statement.on_conflict_do_nothing(index_elements=list(key))

    return rule


def newer_file_wins(key: Sequence[str], columns: Sequence[str]) -> OnConflict:
    """The row of the file that was written later stands, whichever is loaded first."""

    def rule(table: sa.Table, statement: Insert, newer_files: Sequence[int]) -> Insert:
        changed = {name: statement.excluded[name] for name in (*columns, "file_id") if name not in key}
        may_change = sa.or_(table.c.file_id.is_(None), table.c.file_id.not_in(newer_files))
        return statement.on_conflict_do_update(
            index_elements=list(key),
            set_=changed | {"loaded_at": sa.func.now()},
            where=may_change if newer_files else None,
        )

    return rule
