"""Daily partitions of web events."""

import threading
from datetime import UTC, date, datetime
from uuid import uuid4

import sqlalchemy as sa

from synapse.database.partitions import coming_days, ensure_partitions
from synapse.database.tables.raw import web_events

DAY = date(2026, 3, 29)


def _insert(engine: sa.Engine, *moments: datetime) -> None:
    rows = [
        {"occurred_at": moment, "event_id": uuid4(), "site": "shop", "event_name": "page_view"}
        for moment in moments
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(web_events), rows)


def _rows_by_table(engine: sa.Engine) -> dict[str, int]:
    query = "select tableoid::regclass::text, count(*) from raw.web_events group by 1"
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(sa.text(query))}


def test_rows_that_waited_in_the_default_partition_move_to_their_day(engine: sa.Engine) -> None:
    first, last = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 23, 59, 59, 999999, UTC)
    _insert(engine, first, last, datetime(2026, 3, 30, tzinfo=UTC))
    with engine.begin() as connection:
        assert ensure_partitions(connection, [DAY]) == [DAY]
    assert _rows_by_table(engine) == {"raw.web_events_20260329": 2, "raw.web_events_default": 1}
    _insert(engine, first)
    assert _rows_by_table(engine)["raw.web_events_20260329"] == 3


def test_a_partition_that_is_there_is_left_alone(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        ensure_partitions(connection, [DAY])
        assert ensure_partitions(connection, [DAY, DAY]) == []


def test_processes_that_make_the_same_partitions_under_load_lose_nothing(engine: sa.Engine) -> None:
    days = [date(2026, 3, day) for day in range(1, 6)]
    made: list[date] = []
    stop = threading.Event()
    inserted = 0

    def make() -> None:
        with engine.begin() as connection:
            made.extend(ensure_partitions(connection, days))

    def insert() -> None:
        nonlocal inserted
        while not stop.is_set():
            _insert(engine, *(datetime(2026, 3, day, 12, tzinfo=UTC) for day in range(1, 6)))
            inserted += 5

    writer = threading.Thread(target=insert)
    makers = [threading.Thread(target=make) for _ in range(4)]
    writer.start()
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    stop.set()
    writer.join()
    assert sorted(made) == days
    assert sum(_rows_by_table(engine).values()) == inserted
    assert "raw.web_events_default" not in _rows_by_table(engine)


def test_coming_days_follow_utc() -> None:
    evening = datetime.fromisoformat("2026-03-29T01:00:00+03:00")
    assert coming_days(evening) == [
        date(2026, 3, 27),
        date(2026, 3, 28),
        date(2026, 3, 29),
        date(2026, 3, 30),
    ]
