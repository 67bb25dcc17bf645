"""The simulated company on its whole path: files → landing → speech → language → contacts → marts."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import dict_row

from demo.company import clock
from demo.company.generate import generate
from demo.company.options import Options
from synapse.conversations.index import index_conversations
from synapse.identity.graph import refresh_contacts
from synapse.landing.load import FileOutcome, load_pending
from synapse.landing.sources import SOURCES
from synapse.language.analyse import analyse_transcripts
from synapse.settings.sections import Settings
from synapse.settings.store import current_settings, save_settings
from synapse.speech.pipeline import take_ready_transcripts, transcribe_day
from synapse.speech.recordings import catalogue_recordings
from synapse.storage import ObjectStore, open_store
from synapse_assets.dbt_project import folders

UNTIL = datetime.fromisoformat("2026-03-12T17:40:00+03:00")
"""A Thursday afternoon; the marts take it for the present moment."""
OPTIONS = {"days": 21, "seed": 11, "calls_per_day": 60, "audio_minutes": 3.0}


@dataclass(frozen=True)
class Company:
    """Marts and truth of one simulated company.

    Attributes:
        folder: What the generator wrote.
        url: ``postgresql://…`` of the database with the marts.
        files: What landing made of each file.
    """

    folder: Path
    url: str
    files: list[FileOutcome]

    def truth(self, name: str) -> list[dict[str, str]]:
        """Rows of ``truth/<name>.csv``."""
        with (self.folder / "truth" / f"{name}.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows of a query."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            return connection.execute(query.encode()).fetchall()


def write_company(folder: Path) -> None:
    """Generate the company's files."""
    options = Options(target=folder, until=clock.epoch(UNTIL), **OPTIONS)  # type: ignore[arg-type]
    generate(options, lambda _done, _total, _message="": None)


def land(folder: Path, engine: sa.Engine, objects: Path) -> tuple[ObjectStore, list[FileOutcome]]:
    """Save the settings, store the files and load every source."""
    document = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    effective_from = datetime.fromisoformat(document.pop("effective_from"))
    with engine.begin() as connection:
        save_settings(
            connection, Settings.model_validate(document), author="test", effective_from=effective_from
        )
    store = open_store(objects.as_uri())
    for part in ("landing", "recordings"):
        for path in sorted((folder / part).rglob("*")):
            if path.is_file():
                with path.open("rb") as data:
                    store.put(path.relative_to(folder).as_posix(), data)
    settings = _settings(engine)
    outcomes = [outcome for name in SOURCES for outcome in load_pending(engine, store, name, settings)]
    return store, outcomes


def understand(engine: sa.Engine, store: ObjectStore) -> None:
    """Transcribe, take ready transcripts, label, and find out who is who."""
    with engine.connect() as connection:
        version = current_settings(connection)
    catalogue_recordings(engine, store, None, version.settings, now=datetime.now(UTC), settle_seconds=0.01)
    with engine.connect() as connection:
        days = connection.scalars(
            sa.text("select distinct started_on from core.recordings where state = 'ready' order by 1")
        ).all()
    for day in days:
        transcribe_day(engine, store, day, version, progress=lambda _done, _total, _message="": None)
    take_ready_transcripts(engine, version.settings)
    analyse_transcripts(engine, version, now=datetime.now(UTC))
    index_conversations(engine)
    refresh_contacts(engine, version.settings)


def build_marts(target: Path) -> None:
    """Run dbt with the company's last moment for the present; the connection is in the environment."""
    from dbt.cli.main import dbtRunner

    arguments = ["--quiet", "build", "--exclude-resource-type", "unit_test"]
    outcome = dbtRunner().invoke([*arguments, "--vars", f"{{now: '{UNTIL.isoformat()}'}}", *folders(target)])
    assert outcome.exception is None, outcome.exception
    failed = [(r.node.name, r.message) for r in outcome.result if str(r.status) in ("error", "fail")]
    assert not failed


def _settings(engine: sa.Engine) -> Settings:
    with engine.connect() as connection:
        return current_settings(connection).settings
