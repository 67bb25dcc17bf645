"""Fixtures that several kinds of tests share: a Postgres of our own and empty migrated databases."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.postgres import EmbeddedPostgres
from tests.workers import ByCostlyFixture, longest_first


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a costly fixture stand together, longest first."""
    longest_first(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByCostlyFixture:
    """And stay in one worker."""
    return ByCostlyFixture(config, log)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server that is thrown away after the session."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        server.ensure_database("template_synapse")
        engine = engine_for(sqlalchemy_url(server, "template_synapse"))
        migrate(engine)
        engine.dispose()
        yield server


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """SQLAlchemy URL of a fresh migrated database of this test alone."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    url = sqlalchemy_url(postgres, name)
    yield url
    engine_for(url).dispose()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def engine(database_url: str) -> sa.Engine:
    """Engine on a fresh migrated database."""
    return engine_for(database_url)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    """A data folder and an environment that points at it and at a fresh database."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SYNAPSE_HOME", str(folder))
    monkeypatch.setenv("SYNAPSE_DATABASE_URL", database_url.replace("postgresql+psycopg", "postgresql"))
    return folder


def sqlalchemy_url(server: EmbeddedPostgres, database: str) -> str:
    """URL of one database of ``server`` for SQLAlchemy with psycopg 3."""
    return server.url(database).replace("postgresql://", "postgresql+psycopg://")
