"""A Postgres of our own: made, started, stopped and mended after a crash."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from synapse.embedded.binaries import PostgresBinaries, binaries_for
from synapse.embedded.privileges import command_prefix, unprivileged_user
from synapse.errors import DatabaseUnavailableError

USER = "synapse"
START_SECONDS = 60.0
STOP_SECONDS = 30.0


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EmbeddedPostgres:
    """A server on the loopback interface whose data lives in one folder.

    Args:
        folder: Holds ``data`` (the cluster), ``password``, ``port`` and ``server.log``.
        durable: Tests turn fsync off by passing False.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._durable = durable
        self._user = unprivileged_user()

    @property
    def password(self) -> str:
        """The password of the owner, kept in a file that only the owner may read."""
        return (self.folder / "password").read_text().strip()

    @property
    def port(self) -> int:
        """The port of the last start."""
        return int((self.folder / "port").read_text())

    def url(self, database: str = "synapse") -> str:
        """Return ``postgresql://…`` for one of the server's databases."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int | None:
        """Process id of a live postmaster on this folder, or None."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
            return None
        except PermissionError:
            return pid
        name = Path(f"/proc/{pid}/comm")
        return pid if not name.exists() or name.read_text().startswith("postgres") else None

    def start(self) -> None:
        """Make the cluster if need be and start the server; a running one is left as it is.

        Raises:
            DatabaseUnavailableError: The server did not come up; the end of its log is quoted.
            ConfigurationError: No suitable Postgres is on this machine.
        """
        binaries = binaries_for(self.data)
        self._make_cluster(binaries)
        if self.pid is not None and self._answers():
            return
        deadline = time.monotonic() + START_SECONDS
        while not self._launch(binaries, deadline):
            if time.monotonic() > deadline:
                raise DatabaseUnavailableError(
                    f"The embedded PostgreSQL did not start: {self._log_tail()}",
                    hint=f"The whole log is {self.log}.",
                )
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop the server (fast shutdown: open sessions are ended, nothing committed is lost)."""
        pid = self.pid
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while self.pid is not None and time.monotonic() < deadline:
            self._reap(pid)
            time.sleep(0.02)
        if self.pid is not None:
            os.kill(pid, signal.SIGQUIT)

    def ensure_database(self, name: str) -> None:
        """Create the database ``name`` unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
            if known is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _make_cluster(self, binaries: PostgresBinaries) -> None:
        if (self.data / "global" / "pg_control").exists() and (self.folder / "password").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # A cluster without its control file or password was left half made: nothing in it can be read.
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.folder / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        self.data.mkdir(mode=0o700)
        if self._user is not None:
            for path in (self.data, password):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        made = subprocess.run(
            [
                *self._prefix(binaries),
                binaries.path("initdb"),
                *("-D", str(self.data), "-U", USER, f"--pwfile={password}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            env=self._environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise DatabaseUnavailableError(
                f"PostgreSQL could not make its data folder: {made.stderr.strip()[-500:]}",
                hint=f"Check that {self.folder} is writable and the disk is not full.",
            )
        if self._user is not None:
            os.chown(password, 0, 0)

    def _launch(self, binaries: PostgresBinaries, deadline: float) -> bool:
        port = self._choose_port()
        (self.folder / "port").write_text(str(port))
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "random_page_cost": "1.1",
            "checkpoint_completion_target": "0.9",
            "jit": "off",
            "max_locks_per_transaction": "256",
        }
        if not self._durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [*self._prefix(binaries), binaries.path("postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                command,
                env=self._environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.monotonic() < deadline:
            if self._answers():
                return True
            if server.poll() is not None:
                return False
            time.sleep(0.03)
        server.kill()
        return False

    def _choose_port(self) -> int:
        try:
            port = self.port
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except (OSError, ValueError):
            return free_port()
        return port

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except (psycopg.OperationalError, OSError, ValueError):
            return False
        return True

    def _prefix(self, binaries: PostgresBinaries) -> list[str]:
        return command_prefix(self._user, self.folder, binaries.folder)

    @staticmethod
    def _environment() -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": "/", "TZ": "UTC"}

    def _log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return " / ".join(lines[-4:]) or "it left no log"

    @staticmethod
    def _reap(pid: int) -> None:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return
