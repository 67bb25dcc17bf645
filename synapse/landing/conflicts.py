"""What happens when a row with the same natural key is there already."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert

from synapse.landing.source import OnConflict

Changes = Callable[[sa.Table, sa.ColumnCollection[str, Any]], Mapping[str, sa.ColumnElement[Any]]]
"""Table and new row → values of columns that are not simply the new row's."""


def keep_first(*key: str) -> OnConflict:
    """Rows never change: what is there stays."""

    def rule(_: sa.Table, statement: Insert, __: Sequence[int]) -> Insert:
        return statement.on_conflict_do_nothing(index_elements=list(key))

    return rule


def newer_file_wins(
    key: Sequence[str], columns: Sequence[str], changed_by: Changes | None = None
) -> OnConflict:
    """The row of the file that was written later stands, whichever is loaded first.

    Args:
        key: Natural key.
        columns: All columns that the rows bring.
        changed_by: Says which columns take another value than the new row's.
    """

    def rule(table: sa.Table, statement: Insert, newer_files: Sequence[int]) -> Insert:
        new = statement.excluded
        changed: dict[str, sa.ColumnElement[Any]] = {
            name: new[name] for name in (*columns, "file_id") if name not in key
        }
        if changed_by:
            changed |= changed_by(table, new)
        may_change = sa.or_(table.c.file_id.is_(None), table.c.file_id.not_in(newer_files))
        return statement.on_conflict_do_update(
            index_elements=list(key),
            set_=changed | {"loaded_at": sa.func.now()},
            where=may_change if newer_files else None,
        )

    return rule


def lines_add_up(table: sa.Table, new: sa.ColumnCollection[str, Any]) -> Mapping[str, sa.ColumnElement[Any]]:
    """Of a receipt whose lines one load brings in several pieces, the amounts add up and the lines follow."""
    is_next_piece = sa.and_(
        new.lines.is_not(None), table.c.file_id == new.file_id, table.c.loaded_at == sa.func.now()
    )
    return {
        "amount": sa.case((is_next_piece, table.c.amount + new.amount), else_=new.amount),
        "lines": sa.case((is_next_piece, table.c.lines.op("||")(new.lines)), else_=new.lines),
    }
