"""Sensors notice what is new, once, and a repeated tick asks for nothing more."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from sensors.events import arrivals
from sensors.files import SENSORS as FILE_SENSORS
from sensors.recordings import new_recordings, untranscribed_days
from sensors.work_requests import TAG, work_requests
from synapse.database.tables.core import recordings
from synapse.environment import load_environment
from synapse.operations.staleness import present_watermark, record_refresh
from synapse.operations.work import request_work
from synapse.storage import ObjectStore, open_store
from synapse_assets.definitions import defs
from synapse_assets.resources import RESOURCES

CDR_ROW = (
    '"","79161234567","500","from-trunk","""Anna"" <79161234567>","PJSIP/trunk-1","PJSIP/101-2","Queue",'
    '"500,t","2026-03-02 10:00:00","2026-03-02 10:00:05","2026-03-02 10:01:00",60,55,"ANSWERED",'
    '"DOCUMENTATION","1772434800.1",""\n'
)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def store(home: Path) -> ObjectStore:
    return open_store(load_environment().objects_url)


def tick(sensor: dg.SensorDefinition, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """Evaluate a sensor once and return the runs it asks for."""
    context = dg.build_sensor_context(instance, repository_def=defs.get_repository_def(), resources=RESOURCES)
    return list(sensor.evaluate_tick(context).run_requests or [])


def busy(instance: dg.DagsterInstance, work: str) -> None:
    """Put an unfinished run with this work into the instance."""
    run = dg.DagsterRun(job_name="any", tags={"synapse/work": work}, status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)


def test_a_new_file_is_asked_for_by_the_sensor_of_its_source_alone(
    instance: dg.DagsterInstance, store: ObjectStore
) -> None:
    assert [tick(sensor, instance) for sensor in FILE_SENSORS] == [[]] * len(FILE_SENSORS)
    store.put("landing/asterisk/Master.csv", io.BytesIO(CDR_ROW.encode()))
    asked = {sensor.name: len(tick(sensor, instance)) for sensor in FILE_SENSORS}
    assert {name for name, runs in asked.items() if runs} == {"call_records_files"}


def test_a_file_is_not_asked_for_while_its_source_is_being_loaded(
    instance: dg.DagsterInstance, store: ObjectStore
) -> None:
    store.put("landing/asterisk/Master.csv", io.BytesIO(CDR_ROW.encode()))
    busy(instance, "asterisk_cdr")
    sensor = next(sensor for sensor in FILE_SENSORS if sensor.name == "call_records_files")
    assert tick(sensor, instance) == []


def test_run_requests_carry_no_file_names(instance: dg.DagsterInstance, store: ObjectStore) -> None:
    store.put(
        "landing/1c/79161234567.csv", io.BytesIO("Номер;Дата;Сумма\n1;01.03.2026;10,00\n".encode("cp1251"))
    )
    sensor = next(sensor for sensor in FILE_SENSORS if sensor.name == "receipts_files")
    [request] = tick(sensor, instance)
    assert "79161234567" not in repr(request)


def test_a_new_recording_is_asked_for_once_at_a_time(
    instance: dg.DagsterInstance, store: ObjectStore
) -> None:
    assert tick(new_recordings, instance) == []
    store.put("recordings/2026/03/02/1772434800.1.wav", io.BytesIO(b"RIFF"))
    assert len(tick(new_recordings, instance)) == 1
    busy(instance, "recordings")
    assert tick(new_recordings, instance) == []


def test_each_day_without_transcripts_is_asked_for(
    instance: dg.DagsterInstance, engine: sa.Engine, store: ObjectStore
) -> None:
    days = [date(2026, 3, 2), date(2026, 3, 3)]
    rows = [
        {"key": f"recordings/{day}.wav", "state": "ready", "size_bytes": 1, "started_on": day} for day in days
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(recordings), rows)
    assert [request.partition_key for request in tick(untranscribed_days, instance)] == [
        "2026-03-02",
        "2026-03-03",
    ]
    busy(instance, "transcripts 2026-03-02")
    assert [request.partition_key for request in tick(untranscribed_days, instance)] == ["2026-03-03"]


def test_the_warehouse_is_rebuilt_only_when_something_has_landed(
    instance: dg.DagsterInstance, engine: sa.Engine, store: ObjectStore
) -> None:
    assert len(tick(arrivals, instance)) == 1  # it was never built
    with engine.begin() as connection:
        now = connection.execute(sa.select(sa.func.now())).scalar_one()
        record_refresh(connection, present_watermark(connection), now)
    assert tick(arrivals, instance) == []
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into raw.web_events (occurred_at, event_id, site, event_name)"
                " values (now(), gen_random_uuid(), 'site', 'page_view')"
            )
        )
    assert len(tick(arrivals, instance)) == 1


def test_work_that_a_page_asked_for_becomes_one_run(
    instance: dg.DagsterInstance, engine: sa.Engine, store: ObjectStore
) -> None:
    with engine.begin() as connection:
        number = request_work(connection, "transcribe", requested_by="anna", day=date(2026, 3, 2))
        assert request_work(connection, "transcribe", requested_by="oleg", day=date(2026, 3, 2)) == number
    [request] = tick(work_requests, instance)
    assert (request.job_name, request.partition_key, request.tags[TAG]) == (
        "transcribe_days",
        "2026-03-02",
        str(number),
    )
    assert tick(work_requests, instance) == []
