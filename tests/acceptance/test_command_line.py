"""A company's own files through the command line alone: import, refresh, ask, serve, stop."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from synapse.embedded.postgres import EmbeddedPostgres, free_port
from synapse.environment import PROJECT_ROOT

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]


class Shell:
    """Runs `synapse` on a data folder of its own.

    Args:
        folder: Holds the data folder and the company's files.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.files = folder / "company"
        self.api = f"http://127.0.0.1:{free_port()}"
        self.dagster = f"http://127.0.0.1:{free_port()}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SYNAPSE_")}
        self.variables = {
            **kept,
            "SYNAPSE_HOME": str(self.home),
            "SYNAPSE_API_PORT": self.api.rpartition(":")[2],
            "SYNAPSE_DAGSTER_PORT": self.dagster.rpartition(":")[2],
        }

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a Python module to its end."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=PROJECT_ROOT,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def synapse(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `synapse`."""
        return self.python("synapse.cli", *words)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Ask the warehouse by `synapse sql`."""
        done = self.synapse("sql", query, "--format", "json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def processes(self) -> list[str]:
        """Command lines of processes that still name our data folder or run in its environment."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    command = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                except OSError:
                    continue
                if str(self.home).encode() in command:
                    found.append(command[:200].decode(errors="replace"))
        return found


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A data folder that holds a small company which came in by `import` and `refresh`."""
    shell = Shell(tmp_path_factory.mktemp("own"))
    size = ["--days", "6", "--calls-per-day", "30", "--audio-minutes", "0.5", "--seed", "3"]
    made = shell.python("demo.company", "--target", str(shell.files), *size)
    assert made.returncode == 0, made.stderr
    yield shell
    EmbeddedPostgres(shell.home / "postgres").stop()


@pytest.fixture(scope="module")
def first_refresh(shell: Shell) -> dict[str, Any]:
    """The figures that the first refresh prints."""
    imported = shell.synapse("import", str(shell.files), "--json")
    assert imported.returncode == 0, imported.stderr
    done = shell.synapse("refresh", "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_a_folder_of_foreign_files_becomes_figures(shell: Shell, first_refresh: dict[str, Any]) -> None:
    truth = (shell.files / "truth" / "calls.csv").read_text().splitlines()
    assert first_refresh["calls"] == len(truth) - 1
    assert first_refresh["missed_calls"] > 0
    assert first_refresh["receipts"] > 0
    assert first_refresh["transcribed_minutes"] > 0
    assert first_refresh["rejected_rows"] > 0


def test_everything_ran_as_dagster_assets_with_their_checks(shell: Shell, first_refresh: object) -> None:
    url = EmbeddedPostgres(shell.home / "postgres").url("dagster")
    pipelines = "select pipeline_name, status from runs where pipeline_name is not null"
    checks = "select count(*) from asset_check_executions where execution_status = 'SUCCEEDED'"
    with _database(shell), psycopg.connect(url) as connection:
        runs = set(connection.execute(pipelines).fetchall())
        [passed] = connection.execute(checks).fetchone() or [0]
    assert runs == {
        (job, "SUCCESS")
        for job in ("load_files", "catalogue_recordings", "transcribe_days", "refresh_warehouse")
    }
    assert passed > 50  # dbt tests are checks of their models


def test_a_second_refresh_finds_nothing_to_do_and_changes_nothing(
    shell: Shell, first_refresh: dict[str, Any]
) -> None:
    url = EmbeddedPostgres(shell.home / "postgres").url("dagster")
    with _database(shell), psycopg.connect(url) as connection:
        [before] = connection.execute("select count(*) from runs").fetchone() or [0]
    done = shell.synapse("refresh", "--json")
    with _database(shell), psycopg.connect(url) as connection:
        [after] = connection.execute("select count(*) from runs").fetchone() or [0]
    assert json.loads(done.stdout) == first_refresh
    assert after == before


def test_the_query_command_refuses_to_change_data(shell: Shell, first_refresh: object) -> None:
    refused = shell.synapse("sql", "delete from raw.receipts")
    assert refused.returncode == 2
    assert "--write" in refused.stderr


def test_what_is_not_recognised_is_named_and_the_command_fails(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "notes.bin").write_bytes(bytes(range(256)) * 40)
    done = shell.synapse("import", str(tmp_path), "--json")
    assert done.returncode == 1
    assert [Path(name).name for name in json.loads(done.stdout)["unknown"]] == ["notes.bin"]


def test_a_taken_port_is_explained_before_anything_starts(shell: Shell, first_refresh: object) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(shell.variables["SYNAPSE_API_PORT"])))
        taken.listen()
        done = shell.synapse("up")
    assert done.returncode == 2
    assert "is taken" in done.stderr
    assert "SYNAPSE_API_PORT=" in done.stderr


def test_it_serves_notices_new_files_and_stops_without_a_trace(shell: Shell, first_refresh: object) -> None:
    command = [sys.executable, "-m", "synapse.cli", "up"]
    served = subprocess.Popen(command, cwd=PROJECT_ROOT, env=shell.variables, stderr=subprocess.DEVNULL)
    try:
        for url in (f"{shell.api}/", f"{shell.api}/reports", f"{shell.dagster}/server_info"):
            _wait(partial(_answers, url), 180)
        _wait((shell.home / "instance.json").exists, 120)
        again = shell.synapse("up")
        assert again.returncode == 2
        assert "already runs" in again.stderr
        receipt = "Номер;Дата;Сумма;Телефон\nНОВЫЙ-1;01.11.2026 10:00:00;1 234,50;8 (916) 123-45-67\n"
        landing = shell.home / "storage" / "landing" / "1c"
        (landing / "new.csv").write_bytes(receipt.encode("cp1251"))
        found = "select amount from raw.receipts where receipt_number = 'НОВЫЙ-1'"
        _wait(lambda: bool(shell.rows(found)), 180)
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(90)
    assert shell.processes() == []
    url = EmbeddedPostgres(shell.home / "postgres").url("dagster")
    unfinished = "select count(*) from runs where status in ('STARTED', 'STARTING', 'CANCELING')"
    with _database(shell), psycopg.connect(url) as connection:
        assert connection.execute(unfinished).fetchone() == (0,)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == 200
    except httpx.HTTPError:
        return False


def _wait(ready: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.3)


def _database(shell: Shell) -> EmbeddedPostgres:
    return EmbeddedPostgres(shell.home / "postgres")
