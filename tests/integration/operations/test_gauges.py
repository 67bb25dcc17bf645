"""Gauges of Dagster's database, asked with its own tables."""

from importlib import resources
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from synapse.database.engine import engine_for
from synapse.operations.gauges.reading import QUESTIONS, read


def test_unfinished_and_lately_failed_runs_are_counted(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "SYNAPSE_DAGSTER_DATABASE_URL", database_url.replace("postgresql+psycopg", "postgresql")
    )
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    settings = resources.files("synapse.embedded").joinpath("dagster.yaml").read_text()
    (tmp_path / "dagster.yaml").write_text(settings)
    with dg.DagsterInstance.get() as instance:
        for status in (
            dg.DagsterRunStatus.NOT_STARTED,
            dg.DagsterRunStatus.STARTED,
            dg.DagsterRunStatus.STARTED,
        ):
            instance.add_run(dg.DagsterRun(job_name="any", status=status))
        run = dg.DagsterRun(job_name="any", status=dg.DagsterRunStatus.STARTED)
        instance.add_run(run)
        instance.report_run_failed(run)
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into daemon_heartbeats (daemon_type, timestamp) values ('SENSOR', '2026-03-02 10:00')"
            )
        )
    found = read({"dagster": engine})
    assert found.missing == []
    values = {(one.gauge.name, *one.labels.values()): one.value for one in found.values}
    assert values["synapse_dagster_runs", "NOT_STARTED"] == 1
    assert values["synapse_dagster_runs", "STARTED"] == 2
    assert values["synapse_dagster_runs", "FAILURE"] == 1
    assert values["synapse_dagster_heartbeat_timestamp_seconds", "sensor"] == 1772445600


def test_a_database_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    nowhere = sa.create_engine(
        "postgresql+psycopg://u:p@127.0.0.1:1/none", connect_args={"connect_timeout": 1}
    )
    found = read({"warehouse": nowhere})
    assert (found.reached, found.values) == ({"warehouse": False}, [])


def test_every_gauge_has_a_name_of_its_own_and_a_unit_that_prometheus_expects() -> None:
    names = [gauge.name for question in QUESTIONS for gauge in question.gauges]
    assert len(names) == len(set(names))
    assert all(name.startswith("synapse_") for name in names)
