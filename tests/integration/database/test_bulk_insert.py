"""Rows go straight in while no key is there, else by the conflict rule; nothing is lost or doubled."""

from collections.abc import Sequence

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert

from synapse.database.bulk_insert import BulkInsert
from synapse.database.copy import encode_rows
from synapse.database.tables.raw import queue_events

COLUMNS = ("line_number", "row_hash", "occurred_at", "callid", "queue", "event", "data")


def row(number: int, callid: str = "c", line: int | None = None) -> tuple[str, ...]:
    return (
        str(line or number),
        f"{number:032x}",
        "2026-11-24 18:06:54+03",
        callid,
        "500",
        "ENTERQUEUE",
        "{}",
    )


def keep_first(statement: Insert) -> Insert:
    return statement.on_conflict_do_nothing(index_elements=["row_hash"])


def replace(statement: Insert) -> Insert:
    changed = {"callid": statement.excluded.callid, "line_number": statement.excluded.line_number}
    return statement.on_conflict_do_update(index_elements=["row_hash"], set_=changed)


def insert(bulk: BulkInsert, rows: Sequence[tuple[str, ...]]) -> int:
    before = bulk.inserted
    bulk.insert(encode_rows(rows), len(rows))
    bulk.flush()
    return bulk.inserted - before


def calls(engine: sa.Engine) -> list[tuple[int, str]]:
    with engine.connect() as connection:
        found = connection.execute(
            sa.select(queue_events.c.line_number, queue_events.c.callid).order_by(queue_events.c.row_hash)
        )
        return [(one.line_number, one.callid) for one in found]


def test_runs_with_and_without_known_rows_give_each_row_once(engine: sa.Engine) -> None:
    counts = []
    with engine.begin() as connection:
        bulk = BulkInsert(connection, queue_events, COLUMNS, keep_first)
        for begin in range(0, 120, 5):  # runs overlap at first, later they do not
            counts.append(
                insert(bulk, [row(number) for number in range(begin, begin + 8 if begin < 60 else begin + 5)])
            )
    assert [line for line, _ in calls(engine)] == list(range(120))
    assert sum(counts) == 120
    assert counts[:3] == [8, 5, 5]


def test_a_key_that_stands_twice_in_one_run_is_taken_by_the_rule(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        kept = BulkInsert(connection, queue_events, COLUMNS, keep_first)
        assert insert(kept, [row(1, "a"), row(1, "b"), row(2)]) == 2
    with engine.begin() as connection:
        bulk = BulkInsert(connection, queue_events, COLUMNS, replace, last_by=("row_hash",))
        assert insert(bulk, [row(1, "last", line=9), row(3), row(1, "first", line=8)]) == 2
    assert calls(engine) == [(9, "last"), (2, "c"), (3, "c")]


def test_pieces_sent_before_a_known_key_was_met_are_not_lost(engine: sa.Engine) -> None:
    with engine.begin() as connection, BulkInsert(connection, queue_events, COLUMNS, keep_first) as bulk:
        for rows in ([row(1), row(2)], [row(3)], [row(2), row(4)], [row(5)]):
            bulk.insert(encode_rows(rows), len(rows))
    assert bulk.inserted == 5
    assert [line for line, _ in calls(engine)] == [1, 2, 3, 4, 5]


def test_an_error_between_pieces_ends_the_copy_and_leaves_nothing(engine: sa.Engine) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        engine.begin() as connection,
        BulkInsert(connection, queue_events, COLUMNS, keep_first) as bulk,
    ):
        bulk.insert(encode_rows([row(1)]), 1)
        raise ZeroDivisionError
    assert calls(engine) == []


def test_what_is_wrong_otherwise_is_raised_and_leaves_nothing(engine: sa.Engine) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation), engine.begin() as connection:
        bulk = BulkInsert(connection, queue_events, COLUMNS, keep_first)
        insert(bulk, [row(1)])
        insert(bulk, [row(2, callid="")])
    assert calls(engine) == []


def test_one_value_for_all_rows_stands_before_each() -> None:
    assert encode_rows([("a", ""), ("b\t", "c\nd")], before="7") == b"7\ta\t\n7\tb\\t\tc\\nd\n"
    assert encode_rows([("a", None), (1, "b")], before="7") == b"7\ta\t\n7\t1\tb\n"
    assert encode_rows([], before="7") == b""
