"""`synapse settings`: the same store as the API, with its checks and its audit."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from synapse.cli_settings import SettingsCommandError, app
from synapse.security.audit import AuditFilter, entries
from synapse.security.master_key import ensure_key_file
from synapse.settings.validation import InvalidSettingsError


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _get(path: str) -> Any:
    return json.loads(_run("get", path))


def test_a_field_is_set_and_read_back(home: Path) -> None:
    assert "Version 1" in _run("set", "asr.beam_size", "4", "--comment", "better")
    assert _get("asr.beam_size") == 4
    _run("set", "integrations.mail.smtp_host", "mail.example.ru")
    assert _get("integrations.mail")["smtp_host"] == "mail.example.ru"
    assert _get("asr.beam_size") == 4


def test_wrong_values_and_names_are_refused(home: Path) -> None:
    with pytest.raises(InvalidSettingsError, match=r"/asr/beam_size"):
        _run("set", "asr.beam_size", "40")
    with pytest.raises(InvalidSettingsError, match="no such setting"):
        _run("set", "asr.beams", "4")
    with pytest.raises(SettingsCommandError):
        _run("set", "asr", "4")
    with pytest.raises(SettingsCommandError):
        _run("get", "asr.beams")


def test_history_and_rollback(home: Path) -> None:
    _run("set", "asr.beam_size", "4")
    _run("set", "asr.beam_size", "5")
    _run("rollback", "1")
    assert _get("asr.beam_size") == 4
    history = json.loads(_run("history", "--json"))
    assert [entry["version"] for entry in history] == [3, 2, 1]
    assert history[0]["changes"] == [{"path": "asr.beam_size", "before": 5, "after": 4}]


def test_an_export_is_imported_elsewhere(home: Path, tmp_path: Path) -> None:
    _run("set", "thresholds.answer_within_seconds", "40")
    file = tmp_path / "settings.json"
    _run("export", str(file))
    _run("set", "thresholds.answer_within_seconds", "20")
    dry = json.loads(_run("import", str(file), "--dry-run", "--json"))
    assert (dry["is_dry_run"], len(dry["changes"])) == (True, 1)
    assert _get("thresholds.answer_within_seconds") == 20
    _run("import", str(file))
    assert _get("thresholds.answer_within_seconds") == 40


def test_a_secret_is_set_without_being_printed(home: Path, engine: sa.Engine) -> None:
    ensure_key_file(home / "master.key")
    output = _run("secret", "metabase.api_key", "--value", "mb_very_secret")
    assert "mb_very_secret" not in output
    with engine.connect() as connection:
        (entry,) = entries(connection, AuditFilter(action="secret"))
    assert entry.actor.startswith("cli:")
