"""A small company whose every row is written by hand, built into marts once for all tests of this folder."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from synapse.database.engine import engine_for
from synapse.embedded.postgres import EmbeddedPostgres
from synapse_assets.dbt_project import connection_variables, folders
from tests.integration.warehouse import story
from tests.integration.warehouse.built import Built
from tests.integration.warehouse.raw_rows import Raw


@pytest.fixture(scope="session")
def built(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The story's warehouse at noon of 10 March 2026."""
    from dbt.cli.main import dbtRunner

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    url = postgres.url(name)
    engine = engine_for(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        story.write(Raw(connection))
    engine.dispose()
    target: Path = tmp_path_factory.mktemp("dbt")
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in connection_variables(url).items():
            patch.setenv(variable, value)
        patch.setenv("DO_NOT_TRACK", "1")
        outcome = dbtRunner().invoke(
            ["--quiet", "build", "--vars", f"{{now: '{story.NOW.isoformat()}'}}", *folders(target)]
        )
    assert outcome.exception is None, outcome.exception
    yield Built(url, [(one.node.name, str(one.status), one.message or "") for one in outcome.result])
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
