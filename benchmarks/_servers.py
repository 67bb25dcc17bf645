"""A real API process on a real, durable Postgres, for benchmarks."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.postgres import EmbeddedPostgres, free_port
from synapse.embedded.processes import wait_until
from synapse.environment import PROJECT_ROOT
from synapse.errors import SynapseError
from synapse.settings.sections import Settings, WebSite
from synapse.settings.store import save_settings

WRITE_KEY = "benchmark-write-key"


@dataclass(frozen=True)
class Api:
    """A running API.

    Attributes:
        port: On 127.0.0.1.
        database_url: SQLAlchemy URL of its warehouse.
        process: The uvicorn process.
    """

    port: int
    database_url: str
    process: subprocess.Popen[bytes]


@contextmanager
def api_on_durable_postgres() -> Iterator[Api]:
    """Start both in a temporary folder; fsync is on, the API is one process."""
    with tempfile.TemporaryDirectory(prefix="synapse-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres may run as another user
        with EmbeddedPostgres(folder / "postgres") as server:
            server.ensure_database("bench")
            url = server.url("bench").replace("postgresql://", "postgresql+psycopg://")
            _prepare(url)
            port = free_port()
            process = _start(folder, server.url("bench"), port)
            try:
                if not wait_until(lambda: _answers(port), 120):
                    raise SynapseError(
                        "The API did not start.", hint=(folder / "api.log").read_text()[-2000:]
                    )
                yield Api(port, url, process)
            finally:
                process.terminate()
                process.wait(20)
                engine_for(url).dispose()


def _prepare(url: str) -> None:
    engine = engine_for(url)
    migrate(engine)
    settings = Settings()
    settings.integrations.web.sites = [WebSite(name="bench", write_key=WRITE_KEY)]
    with engine.begin() as connection:
        save_settings(connection, settings, author="benchmark")


def _start(folder: Path, database_url: str, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "uvicorn", "api.app:serve", "--factory", "--no-access-log"]
    command += ["--no-proxy-headers", "--no-server-header", "--host", "127.0.0.1", "--port", str(port)]
    variables = {"SYNAPSE_HOME": str(folder / "home"), "SYNAPSE_DATABASE_URL": database_url}
    with (folder / "api.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=PROJECT_ROOT, env={**os.environ, **variables}, stdout=log, stderr=log
        )


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
