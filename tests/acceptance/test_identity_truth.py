"""Contacts of a second simulated company against its truth, from files to the identity graph alone."""

import csv
import secrets
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from demo.company import clock
from demo.company.generate import generate
from demo.company.options import Options
from synapse.database.engine import engine_for
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.identity.graph import refresh_contacts
from synapse.settings.store import current_settings
from tests.acceptance.company import UNTIL, land
from tests.acceptance.pairs import f1, pairs

pytestmark = pytest.mark.acceptance


def test_contacts_of_another_company_are_as_good_as_the_records_allow(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    """Pairs are counted that a chain of records joins: truth's ``seen_with``.

    A visitor who clicks on a number and then calls, or a second telephone of which nobody wrote, stands in no
    record with the rest. Such pairs are one person in truth (``person_id``) and cannot be known; a floor for
    all pairs stands beside, so that the gap stays in sight.
    """
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    engine = engine_for(postgres.url(name).replace("postgresql://", "postgresql+psycopg://"))
    options = Options(
        target=tmp_path / "company",
        until=clock.epoch(UNTIL),
        days=21,
        seed=22,
        calls_per_day=60,
        audio_minutes=0.0,
    )
    generate(options, lambda _done, _total, _message="": None)
    land(options.target, engine, tmp_path / "objects")
    with engine.connect() as connection:
        settings = current_settings(connection).settings
    refresh_contacts(engine, settings)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "select contact_id, kind, value from core.contact_identifiers where contact_id is not null"
            )
        ).all()
    engine.dispose()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    with (options.target / "truth" / "contacts.csv").open(encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    known = {(row["kind"], row["value"]) for row in truth}
    found = pairs((str(r.contact_id), (r.kind, r.value)) for r in rows if (r.kind, r.value) in known)
    knowable = pairs((row["seen_with"], (row["kind"], row["value"])) for row in truth)
    people = pairs((row["person_id"], (row["kind"], row["value"])) for row in truth)
    assert f1(found, knowable) >= 0.97
    assert len(found & people) / len(found) >= 0.98
    assert f1(found, people) >= 0.85
