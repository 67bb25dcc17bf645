"""One data folder: who serves it, who uses its database, and what a killed run leaves behind."""

import json
from pathlib import Path

import psycopg
import pytest

from synapse.embedded.instance import AlreadyRunningError, Instance, Serving
from synapse.environment import Environment
from synapse.errors import ConfigurationError


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(Environment(home=tmp_path / "home"))


def test_a_second_supervisor_is_told_where_the_first_one_serves(instance: Instance) -> None:
    with instance.supervised():
        instance.announce(Serving(1, "http://127.0.0.1:8000", "http://127.0.0.1:3000"))
        other = Instance(instance.environment)
        with pytest.raises(AlreadyRunningError, match=r"already runs from .* at http"), other.supervised():
            pass


def test_a_state_file_of_a_killed_run_counts_as_nothing(instance: Instance) -> None:
    instance.prepare()
    state = {"pid": 2**22 + 1, "api_url": "http://x", "dagster_url": "http://y"}
    (instance.home / "instance.json").write_text(json.dumps(state))
    assert instance.serving() is None
    (instance.home / "instance.json").write_text("{half")
    assert instance.serving() is None


def test_the_last_user_of_the_database_stops_it(instance: Instance) -> None:
    other = Instance(instance.environment)
    with instance.database():
        with other.database():
            pass
        with psycopg.connect(instance.variables()["SYNAPSE_DATABASE_URL"]) as connection:
            assert connection.execute("select current_database()").fetchone() == ("synapse",)
    assert instance.postgres.pid is None


def test_a_data_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    instance = Instance(Environment(home=tmp_path / "file" / "home"))
    with pytest.raises(ConfigurationError, match="cannot be written"):
        instance.prepare()


def test_a_database_of_ones_own_is_used_as_it_is(tmp_path: Path) -> None:
    url = "postgresql://me:secret@db.example:5432/warehouse"
    instance = Instance(Environment(home=tmp_path, database_url=url))
    with instance.database():
        variables = instance.variables()
    assert variables["SYNAPSE_DATABASE_URL"] == url
    assert variables["SYNAPSE_DAGSTER_DATABASE_URL"].endswith("@db.example:5432/dagster")
    assert not (tmp_path / "postgres").exists()
