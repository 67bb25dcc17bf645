"""A landing folder whose clock the test holds."""

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from synapse.database.engine import engine_for
from synapse.database.tables import metadata
from synapse.database.tables.raw import files, rejected_rows
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.landing.load import FileOutcome, load_pending, pending_keys
from synapse.settings.sections import Settings
from synapse.storage.folder import FolderStore

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


@dataclass
class Landing:
    """Files as another program leaves them, and what Synapse makes of them."""

    engine: sa.Engine
    store: FolderStore
    settings: Settings

    def put(self, key: str, data: bytes | str, at: datetime = LONG_AGO) -> None:
        """Write a file whole, as of a moment."""
        path = self.store.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        os.utime(path, (at.timestamp(), at.timestamp()))

    def append(self, key: str, data: bytes | str, at: datetime = LONG_AGO) -> None:
        """Write on at the end of a file."""
        path = self.store.root / key
        with path.open("ab") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        os.utime(path, (at.timestamp(), at.timestamp()))

    def load(self, source: str, now: datetime = NOW) -> list[FileOutcome]:
        """Load what is pending."""
        return load_pending(self.engine, self.store, source, self.settings, now=now)

    def pending(self, source: str, now: datetime = NOW) -> list[str]:
        """What would be loaded."""
        return pending_keys(self.engine, self.store, source, now=now)

    def rows(self, table: sa.Table, *columns: str, order: str = "line_number") -> Sequence[Any]:
        """Some columns of a table; the bare values where one column is asked for."""
        with self.engine.connect() as connection:
            found = connection.execute(
                sa.select(*(table.c[name] for name in columns)).order_by(table.c[order])
            ).all()
        return [row[0] if len(columns) == 1 else tuple(row) for row in found]

    def count(self, table: sa.Table) -> int:
        """Rows of a table."""
        with self.engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())

    def file(self, key: str) -> Any:
        """A file's row in the ledger."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(files).where(files.c.key == key)).one()

    def rejects(self) -> list[tuple[int | None, str]]:
        """Line and reason of every rejected row."""
        return [tuple(row) for row in self.rows(rejected_rows, "line_number", "reason_code", order="id")]


@pytest.fixture(scope="module")
def shared_engine(postgres: EmbeddedPostgres) -> Iterator[sa.Engine]:
    """A migrated database for the tests of one module: making one for each would take most of their time."""
    name = f"landing_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    engine = engine_for(postgres.url(name).replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def landing(shared_engine: sa.Engine, tmp_path: Path) -> Landing:
    """An empty landing folder and an empty warehouse."""
    with shared_engine.begin() as connection:
        days = connection.execute(
            sa.text(
                "select inhrelid::regclass::text from pg_inherits "
                "where inhparent = 'raw.web_events'::regclass"
            )
        ).scalars()
        for table in days:
            if table != "raw.web_events_default":
                connection.execute(sa.schema.DDL(f"drop table {table}"))
        names = ", ".join(str(table) for table in metadata.sorted_tables if table.schema == "raw")
        connection.execute(sa.schema.DDL(f"truncate {names} restart identity cascade"))
    return Landing(shared_engine, FolderStore(tmp_path / "objects"), Settings())
