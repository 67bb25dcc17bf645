"""Contacts of two simulated companies against their truth, from files to the identity graph alone."""

import csv
import secrets
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
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

pytestmark = pytest.mark.acceptance
Pair = frozenset[tuple[str, str]]


def pairs(rows: list[tuple[str, tuple[str, str]]]) -> set[Pair]:
    groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for group, identifier in rows:
        groups[group].add(identifier)
    return {frozenset(pair) for group in groups.values() for pair in combinations(sorted(group), 2)}


def f1(found: set[Pair], expected: set[Pair]) -> float:
    return 2 * len(found & expected) / (len(found) + len(expected))


@pytest.mark.parametrize("seed", [11, 22])
def test_contacts_are_as_good_as_the_records_allow(
    postgres: EmbeddedPostgres, tmp_path: Path, seed: int, record_property: Callable[[str, object], None]
) -> None:
    """Pairs are counted that a chain of records joins: truth's ``seen_with``.

    A visitor who clicks on a number and then calls, or a second telephone of which nobody wrote, stands in no
    record with the rest. Such pairs are one person in truth (``person_id``) and cannot be known; the figure
    over all pairs is kept beside, so that the gap stays in sight.
    """
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template template_synapse").format(sql.Identifier(name)))
    engine = engine_for(postgres.url(name).replace("postgresql://", "postgresql+psycopg://"))
    options = Options(
        target=tmp_path / "company",
        until=clock.epoch(UNTIL),
        days=21,
        seed=seed,
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
    found = pairs([(str(r.contact_id), (r.kind, r.value)) for r in rows if (r.kind, r.value) in known])
    knowable = pairs([(row["seen_with"], (row["kind"], row["value"])) for row in truth])
    people = pairs([(row["person_id"], (row["kind"], row["value"])) for row in truth])
    record_property("f1_knowable", f1(found, knowable))
    record_property("f1_all", f1(found, people))
    assert f1(found, knowable) >= 0.97
    assert len(found & people) / len(found) >= 0.98
    assert f1(found, people) >= 0.85
