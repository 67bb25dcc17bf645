"""Bootstrap settings from the environment; everything else lives in Postgres.

The variables and their defaults are the ones in ``docs/environment.md``.
"""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from synapse.errors import ConfigurationError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Environment(BaseSettings):
    """What a process must know before it can reach the database.

    Attributes:
        home: Data folder of the embedded mode; also spools, caches and logs.
        database_url: SQLAlchemy URL of the warehouse; empty means the embedded Postgres under ``home``.
        storage_url: ``s3://key:secret@host:port/bucket?secure=0`` or ``file:///folder``; empty means
            ``home/storage``.
        api_port: Port of pages and API.
        dagster_port: Port of the Dagster UI.
        executor: ``in_process`` (one machine) or ``celery`` (many).
        broker_url: ``amqp://user:password@host:5672//`` of RabbitMQ, for ``celery``.
        worker_queues: Which queues a Celery worker serves: ``speech``, ``dagster`` or both.
        worker_name: Tells the Celery workers of one machine apart.
    """

    model_config = SettingsConfigDict(env_prefix="SYNAPSE_", extra="ignore")

    home: Path = Path(".synapse")
    database_url: SecretStr = SecretStr("")
    storage_url: SecretStr = SecretStr("")
    master_key: SecretStr = SecretStr("")
    master_key_file: Path | None = None
    api_host: str = "127.0.0.1"
    api_port: int = Field(8000, ge=1, le=65535)
    dagster_port: int = Field(3000, ge=1, le=65535)
    trusted_proxies: str = ""
    proxy_secret: SecretStr = SecretStr("")
    executor: Literal["in_process", "celery"] = "in_process"
    broker_url: SecretStr = SecretStr("")
    worker_queues: str = Field("speech,dagster", pattern=r"^(speech|dagster)(,(speech|dagster))?$")
    worker_name: str = Field("worker", pattern=r"^[\w-]{1,40}$")

    @cached_property
    def home_path(self) -> Path:
        """The data folder as an absolute path."""
        return self.home.expanduser().resolve()

    @property
    def warehouse_url(self) -> str:
        """URL of the warehouse database for SQLAlchemy (psycopg 3).

        Raises:
            ConfigurationError: No URL was given; the supervisor sets one for every process it starts.
        """
        url = self.database_url.get_secret_value()
        if not url:
            raise ConfigurationError(
                "SYNAPSE_DATABASE_URL is not set.",
                hint="Start Synapse with `make run` or `synapse up`, or set the variable to your Postgres.",
            )
        scheme, _, rest = url.partition("://")
        if not rest or not scheme.startswith("postgres"):
            raise ConfigurationError(
                "SYNAPSE_DATABASE_URL is not a Postgres URL.",
                hint="It should look like postgresql://user:password@host:5432/synapse.",
            )
        return f"postgresql+psycopg://{rest}"

    @property
    def broker(self) -> str:
        """URL of RabbitMQ.

        Raises:
            ConfigurationError: None was given, or it is none.
        """
        url = self.broker_url.get_secret_value()
        if not url.startswith(("amqp://", "amqps://", "pyamqp://")):
            raise ConfigurationError(
                "SYNAPSE_EXECUTOR is celery, and SYNAPSE_BROKER_URL is not the address of a RabbitMQ.",
                hint="It should look like amqp://user:password@host:5672//; docs/scale.md says more.",
            )
        return url

    @property
    def objects_url(self) -> str:
        """URL of the object storage; a folder under ``home`` unless told otherwise."""
        return self.storage_url.get_secret_value() or (self.home_path / "storage").as_uri()


def secrets_folder() -> Path:
    """The folder in which a container finds its secrets as files."""
    return Path(os.environ.get("SYNAPSE_SECRETS_FOLDER", "/run/secrets"))


def load_environment() -> Environment:
    """Read the process environment once more; cheap, so callers need not keep a global.

    A container may have secrets as files ``/run/secrets/synapse_…`` instead of variables; a variable wins.
    """
    folder = secrets_folder()
    return Environment(_secrets_dir=folder if folder.is_dir() else None)
