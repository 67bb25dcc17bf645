"""Looks at the data's health: silent on an empty warehouse, loud on a sick one."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from synapse.database.tables.core import recordings
from synapse.database.tables.raw import call_records, files
from synapse.operations.health import LOOKS, Look, examine

NOW = datetime.now(UTC)


def look(name: str) -> Look:
    return next(one for one in LOOKS if one.name == name)


def call(started_at: datetime, *, uniqueid: str = "1.1", recording: str = "") -> dict[str, object]:
    return {
        "row_hash": uuid4(),
        "started_at": started_at,
        "uniqueid": uniqueid,
        "recording_file": recording,
    }


def recording(uniqueid: str, started_at: datetime, *, arrived: timedelta) -> dict[str, object]:
    return {
        "key": f"recordings/{uniqueid}.wav",
        "state": "ready",
        "size_bytes": 1,
        "uniqueid": uniqueid,
        "started_at": started_at,
        "started_on": started_at.date(),
        "modified_at": started_at + arrived,
        "duration_seconds": 60.0,
    }


@pytest.mark.parametrize("one", LOOKS, ids=lambda one: one.name)
def test_an_empty_warehouse_is_healthy(engine: sa.Engine, one: Look) -> None:
    with engine.connect() as connection:
        assert examine(connection, one).passed


def test_recordings_of_unknown_calls_are_noticed(engine: sa.Engine) -> None:
    hour_ago = NOW - timedelta(hours=1)
    with engine.begin() as connection:
        connection.execute(sa.insert(call_records), [call(hour_ago, uniqueid="1.1")])
        rows = [recording(name, hour_ago, arrived=timedelta(minutes=1)) for name in ("1.1", "2.2")]
        connection.execute(sa.insert(recordings), rows)
        finding = examine(connection, look("recordings_without_call"))
    assert not finding.passed
    assert finding.figures == {"figure": 0.5, "recordings": 2, "without_call": 1}


def test_calls_whose_recording_is_absent_are_noticed(engine: sa.Engine) -> None:
    earlier = NOW - timedelta(hours=3)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(call_records),
            [
                call(earlier, uniqueid="1.1", recording="/var/spool/1.1.wav"),
                call(earlier, uniqueid="2.2", recording="2.2.wav"),
            ],
        )
        connection.execute(sa.insert(recordings), [recording("1.1", earlier, arrived=timedelta(minutes=1))])
        finding = examine(connection, look("calls_without_recording"))
    assert not finding.passed
    assert finding.figures["figure"] == 0.5


def test_a_storage_clock_an_hour_off_is_noticed(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        rows = [
            recording(f"{n}.1", NOW - timedelta(hours=n + 3), arrived=timedelta(hours=1, minutes=1))
            for n in range(5)
        ]
        connection.execute(sa.insert(recordings), rows)
        finding = examine(connection, look("clock_skew"))
    assert not finding.passed
    assert finding.figures["figure"] == pytest.approx(3600)


def test_many_rejected_rows_are_noticed(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        row = {"source": "asterisk_cdr", "key": "a", "state": "loaded", "loaded_at": NOW}
        connection.execute(sa.insert(files), [row | {"rows_loaded": 90, "rows_rejected": 10}])
        finding = examine(connection, look("rejected_share"))
    assert not finding.passed
    assert finding.figures["figure"] == pytest.approx(0.1)


def test_a_sudden_drop_in_calls_is_noticed(engine: sa.Engine) -> None:
    today = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    with engine.begin() as connection:
        rows = [call(today - timedelta(days=1 + 7 * week)) for week in range(1, 5) for _ in range(40)]
        rows += [call(today - timedelta(days=1)) for _ in range(4)] + [call(today)]
        connection.execute(sa.insert(call_records), rows)
        finding = examine(connection, look("volume_drop"))
    assert not finding.passed
    assert finding.figures["figure"] == pytest.approx(0.9)
