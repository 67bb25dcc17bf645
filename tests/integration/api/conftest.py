"""A client of the whole application on a fresh database, and sites that may send events."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from synapse.database.migrate import migrate
from synapse.embedded.postgres import EmbeddedPostgres, free_port
from synapse.embedded.processes import wait_until
from synapse.environment import PROJECT_ROOT, load_environment
from synapse.settings.sections import Settings, WebSite
from synapse.settings.store import save_settings

SHOP_KEY = "shop-write-key-0001"
BLOG_KEY = "blog-write-key-0001"
SHOP_ORIGIN = "https://shop.example"


class ApiProcess:
    """The real server, which can be killed and started again on the same folder and port."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._database_url = database_url
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "uvicorn", "api.app:serve", "--factory", "--no-access-log"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        variables = {"SYNAPSE_HOME": str(self.home), "SYNAPSE_DATABASE_URL": self._database_url}
        with (self.home / "api.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=PROJECT_ROOT, env={**os.environ, **variables}, stdout=log, stderr=log
            )
        assert wait_until(self._answers, 90), (self.home / "api.log").read_text()[-3000:]

    def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end and wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False


@pytest.fixture
def api_process(home: Path, database_url: str, sites: None) -> Iterator[ApiProcess]:
    """A running API process on a fresh database of the shared Postgres."""
    api = ApiProcess(home, database_url.replace("postgresql+psycopg", "postgresql"))
    api.start()
    yield api
    api.stop()


@pytest.fixture(scope="module")
def mortal_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A durable server of one module alone, which its tests may kill."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("mortal")) as server:
        server.ensure_database("events")
        engine = sa.create_engine(server.url("events").replace("postgresql://", "postgresql+psycopg://"))
        migrate(engine)
        save_sites(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="module")
def mortal_api(
    tmp_path_factory: pytest.TempPathFactory, mortal_postgres: EmbeddedPostgres
) -> Iterator[ApiProcess]:
    """An API process on that server, which the tests may kill too."""
    api = ApiProcess(tmp_path_factory.mktemp("api"), mortal_postgres.url("events"))
    api.start()
    yield api
    api.stop()


@pytest.fixture
def sites(engine: sa.Engine) -> None:
    """Two sites: one that lists its origins, one that takes any."""
    save_sites(engine)


def save_sites(engine: sa.Engine) -> None:
    """Save settings with the two sites."""
    settings = Settings()
    settings.integrations.web.sites = [
        WebSite(name="shop", write_key=SHOP_KEY, origins=[SHOP_ORIGIN, "https://www.shop.example:443"]),
        WebSite(name="blog", write_key=BLOG_KEY),
    ]
    with engine.begin() as connection:
        save_settings(connection, settings, author="test")


@pytest.fixture
def client(home: Path, sites: None) -> Iterator[TestClient]:
    """A browser on the same machine."""
    app = create_app(load_environment())
    with TestClient(
        app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), raise_server_exceptions=False
    ) as client:
        yield client


@pytest.fixture
def stored(engine: sa.Engine) -> Any:
    """Return rows of a query as named tuples."""

    def ask(query: str) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(sa.text(query)).all())

    return ask
