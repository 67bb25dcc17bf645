"""A landing folder whose clock the test holds."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from synapse.database.tables.raw import files, rejected_rows
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


@pytest.fixture
def landing(engine: sa.Engine, tmp_path: Path) -> Landing:
    """An empty landing folder and an empty warehouse."""
    return Landing(engine, FolderStore(tmp_path / "objects"), Settings())
