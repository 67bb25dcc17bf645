"""One embedded instance: its data folder, who holds it, and the environment its processes get."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from synapse.embedded.postgres import EmbeddedPostgres
from synapse.environment import Environment
from synapse.errors import ConfigurationError, SynapseError
from synapse.security.master_key import ensure_key_file, key_file_of

WAREHOUSE = "synapse"
DAGSTER = "dagster"


class AlreadyRunningError(SynapseError):
    """Another supervisor serves this data folder."""


@dataclass(frozen=True)
class Serving:
    """What a running supervisor tells others, in ``instance.json``."""

    pid: int
    api_url: str
    dagster_url: str


class Instance:
    """Paths and locks of a data folder.

    Args:
        environment: Bootstrap settings; with a ``database_url`` of one's own no Postgres is started here.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.home = environment.home_path
        self.dagster_home = self.home / "dagster"
        self.logs = self.home / "logs"
        self.postgres = EmbeddedPostgres(self.home / "postgres")
        self._state = self.home / "instance.json"

    def prepare(self) -> None:
        """Create the folders and, where no master key is given, the key file.

        Raises:
            ConfigurationError: The data folder cannot be written.
        """
        try:
            for folder in (self.home, self.dagster_home, self.logs, self.home / "storage"):
                folder.mkdir(parents=True, exist_ok=True)
            if not (self.environment.master_key.get_secret_value() or self.environment.master_key_file):
                ensure_key_file(key_file_of(self.environment))
        except OSError as error:
            raise ConfigurationError(
                f"The data folder {self.home} cannot be written: {error.strerror}.",
                hint="Point SYNAPSE_HOME at a folder of yours with free space.",
            ) from error

    @contextlib.contextmanager
    def supervised(self) -> Iterator[None]:
        """Hold the right to serve this folder.

        Raises:
            AlreadyRunningError: Somebody else holds it and lives.
        """
        self.prepare()
        with (self.home / "supervisor.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                serving = self.serving()
                where = f" at {serving.api_url}" if serving else ""
                raise AlreadyRunningError(
                    f"Synapse already runs from {self.home}{where}.",
                    hint="Open that address, or stop it with Ctrl-C where it was started.",
                ) from None
            try:
                yield
            finally:
                self._state.unlink(missing_ok=True)

    def announce(self, serving: Serving) -> None:
        """Write ``instance.json`` for other commands."""
        self._state.write_text(json.dumps(asdict(serving)))

    def serving(self) -> Serving | None:
        """Return what serves this folder now; a file left by a killed run counts as nothing."""
        try:
            found = Serving(**json.loads(self._state.read_text()))
            os.kill(found.pid, 0)
        except (FileNotFoundError, ProcessLookupError, ValueError, TypeError):
            return None
        except PermissionError:
            pass
        return found

    @contextlib.contextmanager
    def database(self) -> Iterator[None]:
        """Have Postgres running inside the block; stop it afterwards if nobody else uses it.

        Every user of the embedded server holds a shared lock; whoever leaves last gets it alone.
        """
        if self.environment.database_url.get_secret_value():
            yield
            return
        self.prepare()
        with (self.home / "postgres.lock").open("a") as lock:
            self._start_alone(lock.fileno())
            try:
                yield
            finally:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.postgres.stop()

    def _start_alone(self, lock: int) -> None:
        with (self.home / "postgres.start").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            fcntl.flock(lock, fcntl.LOCK_SH)
            self.postgres.start()
            for database in (WAREHOUSE, DAGSTER):
                self.postgres.ensure_database(database)

    def variables(self) -> dict[str, str]:
        """Return the environment for processes of this instance; call it inside :meth:`database`."""
        given = self.environment.database_url.get_secret_value()
        warehouse = given or self.postgres.url(WAREHOUSE)
        dagster = os.environ.get("SYNAPSE_DAGSTER_DATABASE_URL") or (
            warehouse.rpartition("/")[0] + f"/{DAGSTER}" if given else self.postgres.url(DAGSTER)
        )
        return {
            "SYNAPSE_HOME": str(self.home),
            "SYNAPSE_DATABASE_URL": warehouse,
            "SYNAPSE_DAGSTER_DATABASE_URL": dagster.replace("+psycopg", ""),
            "SYNAPSE_STORAGE_URL": self.environment.objects_url,
            "SYNAPSE_API_PORT": str(self.environment.api_port),
            "SYNAPSE_DAGSTER_PORT": str(self.environment.dagster_port),
            "SYNAPSE_EXECUTOR": self.environment.executor,
            **self._broker(),
            "DAGSTER_HOME": str(self.dagster_home),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def _broker(self) -> dict[str, str]:
        if self.environment.executor != "celery":
            return {}
        return {"SYNAPSE_BROKER_URL": self.environment.broker}
