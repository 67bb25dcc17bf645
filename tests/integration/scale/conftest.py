"""A company's recordings, databases for both ways of running, and workers that can be killed."""

import io
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from synapse.database.tables.core import recordings
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.environment import PROJECT_ROOT
from synapse.settings.sections import Asr, Settings
from synapse.settings.store import save_settings
from synapse.speech.recordings import catalogue_recordings
from synapse.storage import open_store
from tests.integration.scale.rabbitmq import rabbitmq
from tests.unit.speech import sounds

DAY = date(2026, 11, 24)
CALLS = 10
SENTENCES = (
    "добрый день компания тёплый дом меня зовут анна",
    "здравствуйте сколько стоит москитная сетка",
    "замер у нас бесплатный",
    "записала вас на замер завтра в десять утра",
    "спасибо до свидания",
)


@dataclass
class Installation:
    """One database and storage with the processes of Synapse on it."""

    folder: Path
    engine: sa.Engine
    variables: dict[str, str]

    def transcribe(self) -> subprocess.Popen[bytes]:
        """Run the job of the day, as the daemon would."""
        command = [sys.executable, "-m", "dagster", "job", "execute", "-m", "synapse_assets.definitions"]
        tags = f'{{"dagster/partition": "{DAY}"}}'
        return self._start("run", [*command, "-j", "transcribe_days", "--tags", tags])

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        """Start a Celery worker with a process group of its own."""
        part = [sys.executable, "-m", "synapse.cli", "part", "celery-worker"]
        return self._start(name, part, SYNAPSE_WORKER_NAME=name)

    def log(self, name: str) -> str:
        """What a process wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _start(self, name: str, command: list[str], **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=PROJECT_ROOT,
                env={**self.variables, **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a RabbitMQ."""
    with rabbitmq(tmp_path_factory.mktemp("broker") / "rabbitmq") as url:
        yield url


@pytest.fixture(scope="session")
def calls() -> dict[str, bytes]:
    """Recordings of one day: object key → WAV."""
    rng = random.Random(4)
    made = {}
    for number in range(CALLS):
        talk = [(turn % 2, rng.choice(SENTENCES)) for turn in range(6)]
        key = f"recordings/2026/11/24/17955328{number:02}.1.wav"
        made[key] = sounds.wav(sounds.spoken(talk, seed=number)[0])
    return made


def install(
    folder: Path, postgres: EmbeddedPostgres, engine: sa.Engine, calls: dict[str, bytes], **more: str
) -> Installation:
    """Put the recordings into a storage, catalogue them and write Dagster's configuration."""
    from synapse.embedded.instance import Instance
    from synapse.environment import Environment

    folder.mkdir()
    store = open_store((folder / "objects").as_uri())
    for key, data in calls.items():
        store.put(key, io.BytesIO(data))
    settings = Settings(asr=Asr(chunk_minutes=1))
    with engine.begin() as connection:
        save_settings(connection, settings, author="test", comment="")
    later = datetime.now(UTC) + timedelta(hours=1)
    catalogue_recordings(engine, store, list(calls), settings, now=later)
    with engine.begin() as connection:
        connection.execute(sa.update(recordings).values(started_on=DAY))
    url = engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    name = f"dagster_{engine.url.database}"
    postgres.ensure_database(name)
    instance = Instance(
        Environment(home=folder / "home", database_url=url, storage_url=(folder / "objects").as_uri(), **more)
    )
    instance.prepare()
    template = PROJECT_ROOT / "synapse" / "embedded" / "dagster.yaml"
    (instance.dagster_home / "dagster.yaml").write_text(template.read_text())
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SYNAPSE_")}
    own = instance.variables() | {"SYNAPSE_DAGSTER_DATABASE_URL": postgres.url(name)}
    return Installation(folder, engine, {**kept, **own, "OMP_NUM_THREADS": "1"})
