"""Secrets: encrypted, shown once, never in the log, safe against a missing or wrong key."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from synapse.database.tables.app import secrets
from synapse.environment import Environment
from synapse.errors import ConfigurationError
from synapse.security.audit import Actor, AuditFilter, entries
from synapse.security.master_key import Keyring, ensure_key_file, load_keyring, new_key_text, parse_key
from synapse.settings.secrets import (
    SecretError,
    SecretSealedError,
    UnknownSecretError,
    delete_secret,
    encrypt_again,
    list_secrets,
    put_secret,
    reveal_secret,
    rotate_secret,
    use_secret,
    verify_keys,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANNA = Actor("anna", "admin")
VALUE = "123456:telegram-token-Ы"


def _keyring(*, older: Keyring | None = None) -> Keyring:
    return Keyring([parse_key(new_key_text()), *(older.keys if older else [])])


def _put(engine: sa.Engine, keyring: Keyring, name: str = "telegram.bot_token", value: str = VALUE) -> None:
    with engine.begin() as connection:
        put_secret(connection, keyring, name, value, author=ANNA, now=NOW, reveal_for=timedelta(minutes=10))


def test_a_secret_is_used_by_code_and_unreadable_in_the_database(engine: sa.Engine) -> None:
    keyring = _keyring()
    _put(engine, keyring)
    with engine.connect() as connection:
        assert use_secret(connection, keyring, "telegram.bot_token") == SecretStr(VALUE)
        assert use_secret(connection, keyring, "metabase.api_key") is None
        row = connection.execute(sa.select(secrets)).one()
        log = str(entries(connection, AuditFilter()))
    assert VALUE.encode() not in row.ciphertext
    assert VALUE not in log
    assert row.fingerprint in log


def test_a_value_is_shown_once_and_only_in_time(engine: sa.Engine) -> None:
    keyring = _keyring()
    _put(engine, keyring)
    with engine.begin() as connection:
        found = reveal_secret(connection, keyring, "telegram.bot_token", author=ANNA, now=NOW)
    assert found == VALUE
    with engine.begin() as connection, pytest.raises(SecretSealedError):
        reveal_secret(connection, keyring, "telegram.bot_token", author=ANNA, now=NOW)
    _put(engine, keyring, value="another")
    with engine.begin() as connection, pytest.raises(SecretSealedError):
        reveal_secret(connection, keyring, "telegram.bot_token", author=ANNA, now=NOW + timedelta(minutes=10))
    with engine.connect() as connection:
        assert [entry.action for entry in entries(connection, AuditFilter())] == [
            "secret.put",
            "secret.reveal",
            "secret.put",
        ]


def test_only_secrets_of_our_own_making_rotate(engine: sa.Engine) -> None:
    keyring = _keyring()
    with engine.begin() as connection:
        made = rotate_secret(
            connection,
            keyring,
            "telegram.webhook_secret",
            author=ANNA,
            now=NOW,
            reveal_for=timedelta(minutes=1),
        )
        again = rotate_secret(
            connection,
            keyring,
            "telegram.webhook_secret",
            author=ANNA,
            now=NOW,
            reveal_for=timedelta(minutes=1),
        )
        assert made.fingerprint != again.fingerprint
        with pytest.raises(SecretError, match="other side"):
            rotate_secret(
                connection,
                keyring,
                "telegram.bot_token",
                author=ANNA,
                now=NOW,
                reveal_for=timedelta(minutes=1),
            )


def test_unknown_and_unset_secrets_are_named(engine: sa.Engine) -> None:
    keyring = _keyring()
    with engine.begin() as connection:
        with pytest.raises(UnknownSecretError, match=r"metabase\.api_key"):
            delete_secret(connection, "nothing", author=ANNA)
        with pytest.raises(UnknownSecretError, match="not set"):
            reveal_secret(connection, keyring, "metabase.api_key", author=ANNA, now=NOW)
        assert not any(state.is_set for state in list_secrets(connection, now=NOW))


def test_a_new_master_key_takes_over_what_the_old_one_sealed(engine: sa.Engine) -> None:
    old = _keyring()
    _put(engine, old)
    both = _keyring(older=old)
    with engine.begin() as connection:
        assert encrypt_again(connection, both, author=ANNA) == 1
        assert encrypt_again(connection, both, author=ANNA) == 0
    alone = Keyring(both.keys[:1])
    with engine.connect() as connection:
        assert use_secret(connection, alone, "telegram.bot_token") == SecretStr(VALUE)


def test_a_wrong_or_missing_key_stops_the_start_and_destroys_nothing(engine: sa.Engine) -> None:
    keyring = _keyring()
    _put(engine, keyring)
    with engine.connect() as connection:
        with pytest.raises(ConfigurationError, match="not given"):
            verify_keys(connection, _keyring())
        with pytest.raises(ConfigurationError, match="no master key"):
            verify_keys(connection, None)
        with pytest.raises(ConfigurationError, match="not given"):
            encrypt_again(connection, _keyring(), author=ANNA)
        connection.rollback()
        verify_keys(connection, keyring)
        assert use_secret(connection, keyring, "telegram.bot_token") == SecretStr(VALUE)


def test_values_cannot_be_swapped_in_the_database(engine: sa.Engine) -> None:
    keyring = _keyring()
    _put(engine, keyring)
    with engine.begin() as connection:
        connection.execute(sa.update(secrets).values(name="metabase.api_key"))
        with pytest.raises(ConfigurationError, match="changed outside"):
            use_secret(connection, keyring, "metabase.api_key")


def test_a_key_file_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    ensure_key_file(path)
    first = path.read_text()
    ensure_key_file(path)
    assert path.read_text() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keyring(Environment(home=tmp_path)).primary == parse_key(first)


def test_several_keys_come_from_the_environment_newest_first(tmp_path: Path) -> None:
    new, old = new_key_text(), new_key_text()
    keyring = load_keyring(Environment(home=tmp_path, master_key=SecretStr(f"{new},{old}")))
    assert [key.id for key in keyring.keys] == [parse_key(new).id, parse_key(old).id]


@pytest.mark.parametrize("text", ["short", "я" * 32, "A" * 44 + "!", "00" * 31])
def test_a_key_of_another_form_is_refused_without_repeating_it(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_keyring(Environment(home=tmp_path, master_key=SecretStr(text)))
    assert text not in str(caught.value)


def test_a_missing_key_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="openssl rand"):
        load_keyring(Environment(home=tmp_path))
