"""All parts of an embedded instance: started together, restarted when they die, stopped together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import resources
from types import FrameType

import httpx
import psycopg
import structlog

from synapse.embedded.instance import Instance, Serving
from synapse.embedded.parts import Addresses, commands, workspace_text
from synapse.embedded.postgres import free_port
from synapse.embedded.processes import Part, wait_until
from synapse.environment import PROJECT_ROOT
from synapse.errors import ConfigurationError, SynapseError

_UNFINISHED = "select run_id from runs where status in ('STARTING', 'STARTED', 'CANCELING')"
_log = structlog.get_logger(__name__)


def port_is_free(port: int) -> bool:
    """Whether we could listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code < 500
    except httpx.HTTPError:
        return False


class Supervisor:
    """Runs the pages, Dagster's code server, its web UI and its daemon for one instance.

    Args:
        instance: An instance whose database is up.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        environment = instance.environment
        self.api_url = f"http://127.0.0.1:{environment.api_port}"
        self.dagster_url = f"http://127.0.0.1:{environment.dagster_port}"
        self.variables = instance.variables()
        self._code_port = free_port()
        self._stopping = threading.Event()
        self.parts = self._parts()

    def check_ports(self) -> None:
        """Explain taken ports before anything is started.

        Raises:
            ConfigurationError: A port that people should open belongs to another program.
        """
        environment = self.instance.environment
        wanted = {"SYNAPSE_API_PORT": environment.api_port, "SYNAPSE_DAGSTER_PORT": environment.dagster_port}
        for variable, port in wanted.items():
            if not port_is_free(port):
                raise ConfigurationError(
                    f"Port {port} of this machine is taken by another program.",
                    hint=f"Stop that program or choose another port, for example {variable}={free_port()}.",
                )

    def start(self, on_ready: Callable[[str, float], None]) -> None:
        """Start every part and wait until all answer.

        Args:
            on_ready: Called with a part's name and the seconds since the start when it first answers.

        Raises:
            SynapseError: A part ended or did not answer within three minutes.
        """
        self.write_configuration()
        began = time.monotonic()
        for part in self.parts:
            part.start(self.variables, self.instance.logs)
        waiting = list(self.parts)
        while waiting and not self._stopping.is_set():
            for part in [part for part in waiting if part.is_ready()]:
                waiting.remove(part)
                on_ready(part.name, time.monotonic() - began)
            dead = next((part for part in waiting if not part.is_alive), None)
            if dead or time.monotonic() - began > 180:
                name = dead.name if dead else waiting[0].name
                raise SynapseError(
                    f"The part '{name}' did not start.",
                    hint=f"Its log is {self.instance.logs / name}.log.",
                )
            time.sleep(0.1)
        self.instance.announce(Serving(os.getpid(), self.api_url, self.dagster_url))

    def serve(self) -> None:
        """Restart what dies until SIGINT, SIGTERM or SIGHUP arrives."""
        while not self._stopping.wait(0.5):
            for part in self.parts:
                if not part.is_alive:
                    part.restarts += 1
                    _log.warning("part_died", part=part.name, restarts=part.restarts)
                    self._stopping.wait(min(part.restarts, 10))
                    if not self._stopping.is_set():
                        part.start(self.variables, self.instance.logs)

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Turn the first SIGINT, SIGTERM or SIGHUP into an orderly stop inside the block."""

        def stop(number: int, frame: FrameType | None) -> None:
            self._stopping.set()

        kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {kind: signal.signal(kind, stop) for kind in kinds}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)

    def stop(self) -> None:
        """Stop launching, cancel what runs, end all parts; leaves no process and no hanging run."""
        by_name = {part.name: part for part in self.parts}
        by_name["daemon"].ask_to_stop()
        by_name["api"].ask_to_stop()
        unfinished = self.unfinished_runs()
        if unfinished:
            self._terminate(unfinished)
            wait_until(lambda: not self.unfinished_runs(), 10)
        for part in self.parts:
            part.ask_to_stop()
        for part in self.parts:
            part.wait_or_kill(10)
        self.sweep_runs()

    def unfinished_runs(self) -> list[str]:
        """Ids of runs that Dagster believes to be in progress."""
        try:
            with psycopg.connect(self.variables["SYNAPSE_DAGSTER_DATABASE_URL"]) as connection:
                return [row[0] for row in connection.execute(_UNFINISHED)]
        except psycopg.Error:  # a first start has no tables yet
            return []

    def sweep_runs(self) -> None:
        """Mark runs as failed whose process is gone (after a crash or a stop)."""
        if self.unfinished_runs():
            subprocess.run(
                [sys.executable, "-m", "synapse_assets.sweep"],
                cwd=PROJECT_ROOT,
                env={**os.environ, **self.variables},
                capture_output=True,
                check=False,
                timeout=60,
            )

    @contextlib.contextmanager
    def no_hanging_run(self) -> Iterator[None]:
        """Sweep when the block is left by an error or an interrupt, whose process took its run along."""
        try:
            yield
        except BaseException:
            self.sweep_runs()
            raise

    def _terminate(self, run_ids: list[str]) -> None:
        query = (
            "mutation($ids: [String!]!) { terminateRuns(runIds: $ids, terminatePolicy: SAFE_TERMINATE)"
            " { __typename } }"
        )
        body = {"query": query, "variables": {"ids": run_ids}}
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(f"{self.dagster_url}/graphql", json=body, timeout=10)

    def write_configuration(self) -> None:
        """Write Dagster's instance and workspace files into the data folder."""
        template = resources.files("synapse.embedded").joinpath("dagster.yaml").read_text()
        (self.instance.dagster_home / "dagster.yaml").write_text(template)
        workspace = workspace_text("127.0.0.1", self._code_port)
        (self.instance.dagster_home / "workspace.yaml").write_text(workspace)

    def _parts(self) -> list[Part]:
        environment = self.instance.environment
        addresses = Addresses(
            api_host=environment.api_host,
            api_port=environment.api_port,
            dagster_host="127.0.0.1",
            dagster_port=environment.dagster_port,
            code_port=self._code_port,
            workspace=str(self.instance.dagster_home / "workspace.yaml"),
        )
        by_name = commands(addresses)
        return [
            Part("api", by_name["api"], lambda: _answers(f"{self.api_url}/health/live")),
            Part("code", by_name["code"], lambda: _listens(self._code_port)),
            Part("dagster", by_name["dagster"], lambda: _answers(f"{self.dagster_url}/server_info")),
            Part("daemon", by_name["daemon"], lambda: True),
        ]
