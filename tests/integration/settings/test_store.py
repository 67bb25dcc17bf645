"""Versions of the settings on a real Postgres."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from synapse.database.tables.app import settings_versions
from synapse.security.audit import Actor, AuditFilter, entries
from synapse.settings.reader import DatabaseSource, SettingsListener, SettingsReader, process_reader
from synapse.settings.sections import Asr, Settings
from synapse.settings.store import (
    UnknownVersionError,
    VersionConflictError,
    changelog,
    current_settings,
    newest_version,
    roll_back,
    save_section,
    save_settings,
    section_version,
    settings_at,
)
from synapse.settings.validation import InvalidSettingsError

ANNA = Actor("anna", "admin", "10.0.0.5", "request-1")


def _save_beam(engine: sa.Engine, beam: int, *, expected: int | None = None) -> int:
    with engine.begin() as connection:
        return save_section(connection, "asr", {"beam_size": beam}, author=ANNA, expected_version=expected)


def test_without_any_version_the_defaults_hold(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        found = current_settings(connection)
    assert (found.version, found.settings) == (0, Settings())


def test_a_saved_section_is_a_new_version_and_other_sections_stay(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        save_settings(connection, Settings(asr=Asr(beam_size=2)), author="demo")
        save_section(connection, "thresholds", {"answer_within_seconds": 30}, author=ANNA, expected_version=0)
        found = current_settings(connection)
        assert found.version == 2
        assert found.settings.asr.beam_size == 2
        assert found.settings.thresholds.answer_within_seconds == 30
        assert (section_version(connection, "asr"), section_version(connection, "thresholds")) == (1, 2)


def test_a_race_on_one_section_is_refused_and_on_two_sections_is_not(engine: sa.Engine) -> None:
    _save_beam(engine, 4, expected=0)
    with pytest.raises(VersionConflictError):
        _save_beam(engine, 5, expected=0)
    with engine.begin() as connection:
        save_section(connection, "llm", {"model": "qwen3:8b"}, author=ANNA, expected_version=0)
    assert _save_beam(engine, 5, expected=1) == 3


def test_a_hundred_writers_lose_no_update_and_leave_no_gap(engine: sa.Engine) -> None:
    def add_one(writer: int) -> None:
        while True:
            with engine.connect() as connection:
                seen = section_version(connection, "review")
                score = current_settings(connection).settings.review.below_score
            try:
                with engine.begin() as connection:
                    save_section(
                        connection,
                        "review",
                        {"below_score": score + 1},
                        author=Actor(f"writer-{writer}"),
                        expected_version=seen,
                    )
            except VersionConflictError:
                continue
            return

    with engine.begin() as connection:
        save_section(connection, "review", {"below_score": 0}, author=ANNA, expected_version=None)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(add_one, range(100)))
    with engine.connect() as connection:
        versions = list(
            connection.execute(sa.select(settings_versions.c.version).order_by("version")).scalars()
        )
        authors = set(connection.execute(sa.select(settings_versions.c.author)).scalars())
        assert current_settings(connection).settings.review.below_score == 100
        assert len(entries(connection, AuditFilter(action="settings.save"), limit=500)) == 101
    assert versions == list(range(1, 102))
    assert len(authors) == 101


def test_saving_the_same_values_makes_no_version(engine: sa.Engine) -> None:
    assert _save_beam(engine, 4) == 1
    assert _save_beam(engine, 4) == 1


def test_a_rolled_back_transaction_leaves_no_gap(engine: sa.Engine) -> None:
    _save_beam(engine, 4)
    with engine.connect() as connection:
        save_section(connection, "asr", {"beam_size": 1}, author=ANNA, expected_version=None)
        connection.rollback()
    assert _save_beam(engine, 5) == 2


def test_roll_back_makes_a_new_version_with_the_old_content(engine: sa.Engine) -> None:
    _save_beam(engine, 4)
    _save_beam(engine, 5)
    with engine.begin() as connection:
        assert roll_back(connection, 1, author=ANNA) == 3
        assert current_settings(connection).settings == settings_at(connection, 1).settings
        assert changelog(connection)[0].comment == "Back to version 1"
    with engine.connect() as connection, pytest.raises(UnknownVersionError):
        roll_back(connection, 99, author=ANNA)


def test_the_changelog_pages_backwards_with_differences(engine: sa.Engine) -> None:
    for beam in (1, 2, 4, 5):
        _save_beam(engine, beam)
    with engine.connect() as connection:
        newest = changelog(connection, limit=2)
        older = changelog(connection, older_than=newest[-1].version, limit=5)
    assert [entry.version for entry in newest + older] == [4, 3, 2, 1]
    assert [(c.path, c.before, c.after) for c in newest[0].changes] == [("asr.beam_size", 4, 5)]
    assert [(c.path, c.before, c.after) for c in older[-1].changes] == [("asr.beam_size", 3, 1)]


def test_a_change_is_in_the_audit_log_with_who_and_from_where(engine: sa.Engine) -> None:
    _save_beam(engine, 4)
    with engine.connect() as connection:
        (entry,) = entries(connection, AuditFilter(actor="anna"))
    assert (entry.action, entry.subject, entry.role, entry.address) == (
        "settings.save",
        "settings/1",
        "admin",
        "10.0.0.5",
    )
    assert (entry.before, entry.after) == ({"asr.beam_size": 3}, {"asr.beam_size": 4})
    assert entry.request_id == "request-1"


@pytest.mark.parametrize(
    "statement",
    ["delete from app.audit_log", "update app.audit_log set actor = 'x'", "truncate app.audit_log"],
)
def test_the_audit_log_refuses_every_change(engine: sa.Engine, statement: str) -> None:
    _save_beam(engine, 4)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_invalid_values_change_nothing(engine: sa.Engine) -> None:
    with pytest.raises(InvalidSettingsError), engine.begin() as connection:
        save_section(connection, "asr", {"beam_size": 50}, author=ANNA, expected_version=None)
    with engine.connect() as connection:
        assert newest_version(connection) == 0
        assert entries(connection, AuditFilter()) == []


def test_thresholds_carry_from_when_they_apply_but_never_from_the_future(engine: sa.Engine) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    with engine.begin() as connection:
        save_section(
            connection,
            "thresholds",
            {"answer_within_seconds": 15},
            author=ANNA,
            expected_version=None,
            effective_from=now - timedelta(days=90),
            now=now,
        )
        assert changelog(connection)[0].effective_from == now - timedelta(days=90)
        with pytest.raises(InvalidSettingsError):
            save_section(
                connection,
                "thresholds",
                {"answer_within_seconds": 10},
                author=ANNA,
                expected_version=None,
                effective_from=now + timedelta(minutes=1),
                now=now,
            )


def test_a_listener_hears_of_a_new_version_at_once(engine: sa.Engine, database_url: str) -> None:
    reader = SettingsReader(DatabaseSource(engine))
    listener = SettingsListener(database_url.replace("+psycopg", ""), reader)
    listener.start()
    try:
        heard = threading.Event()
        reader.current()
        time.sleep(0.5)
        _save_beam(engine, 5)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and not heard.wait(0.05):
            if reader.current().version == 1:
                heard.set()
        assert heard.is_set()
        assert reader.settings().asr.beam_size == 5
    finally:
        listener.stop()


def test_a_run_begins_with_what_was_saved_a_moment_before(engine: sa.Engine) -> None:
    assert process_reader(engine).current().version == 0
    _save_beam(engine, 4)
    assert process_reader(engine).current().version == 1
    assert process_reader(engine).settings().asr.beam_size == 4
