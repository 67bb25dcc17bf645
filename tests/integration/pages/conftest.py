"""A seeded warehouse for the session and clients of every role."""

import io
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg import sql

from api.app import create_app
from api.dependencies import current_user
from api.pages.visit import current_time
from synapse.database.engine import engine_for
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.environment import Environment
from synapse.security.roles import Role
from synapse.security.users import User
from synapse.storage import open_store
from tests.conftest import sqlalchemy_url
from tests.integration.pages.company import AUDIO_KEY, NOW, fill_company, tone

ClientOf = Callable[..., TestClient]


@pytest.fixture(scope="session")
def company_url(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SQLAlchemy URL of a database that holds the made-up company; tests only read it."""
    name = f"company_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    url = sqlalchemy_url(postgres, name)
    with engine_for(url).begin() as connection:
        fill_company(connection, now=NOW)
    yield url
    engine_for(url).dispose()


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose storage holds the company's one audible recording."""
    home = tmp_path_factory.mktemp("home")
    open_store((home / "storage").as_uri()).put(AUDIO_KEY, io.BytesIO(tone(20.0)))
    return home


def make_app(url: str, home: Path, role: Role) -> FastAPI:
    """An application over ``url`` whose user has ``role`` and whose clock stands at ``NOW``."""
    plain = url.replace("postgresql+psycopg", "postgresql")
    app = create_app(Environment(home=home, database_url=plain, storage_url=""))
    app.dependency_overrides[current_user] = lambda: User(f"{role.value}-1", role)
    app.dependency_overrides[current_time] = lambda: NOW
    return app


def open_client(app: FastAPI, language: str = "ru") -> TestClient:
    """A browser-like client that does not follow redirects."""
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    client.headers["accept"] = "text/html"
    client.cookies.set("synapse_language", language)
    return client


@pytest.fixture(scope="session")
def company_apps(company_url: str, company_home: Path) -> dict[Role, FastAPI]:
    """One application for each role."""
    return {role: make_app(company_url, company_home, role) for role in Role}


@pytest.fixture
def client_of(company_apps: dict[Role, FastAPI]) -> ClientOf:
    """Make a client of a role: ``client_of(Role.ADMIN, language="en")``."""

    def make(role: Role = Role.ADMIN, language: str = "ru") -> TestClient:
        return open_client(company_apps[role], language)

    return make


@pytest.fixture
def client(client_of: ClientOf) -> TestClient:
    """An administrator's client in Russian."""
    return client_of()
