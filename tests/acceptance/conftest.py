"""One simulated company for all acceptance tests."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from synapse.database.engine import engine_for
from synapse.embedded.postgres import EmbeddedPostgres
from synapse_assets.dbt_project import connection_variables
from tests.acceptance.company import Company, build_marts, land, understand, write_company


@pytest.fixture(scope="session")
def company(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Generated, landed, transcribed, labelled and built into marts once."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    url = postgres.url(name)
    folder = tmp_path_factory.mktemp("company")
    write_company(folder)
    engine = engine_for(url.replace("postgresql://", "postgresql+psycopg://"))
    store, files = land(folder, engine, tmp_path_factory.mktemp("objects"))
    understand(engine, store)
    engine.dispose()
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in connection_variables(url).items():
            patch.setenv(variable, value)
        patch.setenv("DO_NOT_TRACK", "1")
        build_marts(tmp_path_factory.mktemp("dbt"))
    yield Company(folder, url, files)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
