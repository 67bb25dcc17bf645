"""Keys of machines."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from synapse.database.tables.app import api_keys
from synapse.security.api_keys import find_key
from synapse.security.audit import Actor, AuditFilter, entries
from synapse.security.key_register import KeyNameTakenError, UnknownKeyError, UnknownScopeError, drop_key
from tests.keys import create_key

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def _last_use(engine: sa.Engine) -> datetime | None:
    with engine.connect() as connection:
        return connection.execute(sa.select(api_keys.c.last_used_at)).scalar_one()


def _find(engine: sa.Engine, key: str, now: datetime = NOW) -> str | None:
    with engine.begin() as connection:
        holder = find_key(connection, key, now=now)
    return holder.name if holder else None


def test_only_the_hash_of_a_key_is_kept(engine: sa.Engine) -> None:
    key = create_key(engine, name="pbx", scopes=["ingest"])
    with engine.connect() as connection:
        row = connection.execute(sa.select(api_keys)).one()
    assert key not in repr(row)
    assert len(row.key_hash) == 64
    assert row.scopes == ["ingest"]


def test_a_key_is_found_by_its_exact_text_only(engine: sa.Engine) -> None:
    key = create_key(engine, name="pbx", scopes=["ingest"])
    assert _find(engine, key) == "pbx"
    for wrong in ("", "syn_", key[:-1], key + "a", key.swapcase(), "syn_" + "a" * 43, "ключ", key + "\n"):
        assert _find(engine, wrong) is None


def test_a_key_is_refused_from_the_moment_it_expires(engine: sa.Engine) -> None:
    key = create_key(engine, name="pbx", scopes=["ingest"], expires_at=NOW)
    assert _find(engine, key, NOW - timedelta(microseconds=1)) == "pbx"
    assert _find(engine, key, NOW) is None


def test_a_revoked_key_is_refused_and_both_changes_are_in_the_log(engine: sa.Engine) -> None:
    key = create_key(engine, name="pbx", scopes=["ingest", "notify"])
    with engine.begin() as connection:
        drop_key(connection, "pbx", author=Actor("olga", "admin"))
    assert _find(engine, key) is None
    with engine.connect() as connection:
        log = entries(connection, AuditFilter(subject="key/pbx"))
        with pytest.raises(UnknownKeyError):
            drop_key(connection, "pbx", author=Actor("olga"))
    assert [(one.actor, one.action) for one in log] == [("olga", "key.revoke"), ("admin", "key.create")]
    assert key not in repr(log)


def test_use_is_noted_at_most_once_a_minute(engine: sa.Engine) -> None:
    key = create_key(engine, name="pbx", scopes=["ingest"])
    _find(engine, key, NOW)
    _find(engine, key, NOW + timedelta(seconds=59))
    assert _last_use(engine) == NOW
    _find(engine, key, NOW + timedelta(seconds=60))
    assert _last_use(engine) == NOW + timedelta(seconds=60)


@pytest.mark.parametrize("scopes", [[], ["ingest", "everything"]])
def test_unknown_scopes_are_refused(engine: sa.Engine, scopes: list[str]) -> None:
    with pytest.raises(UnknownScopeError, match="Unknown scopes"):
        create_key(engine, name="pbx", scopes=scopes)


def test_two_keys_never_share_a_name(engine: sa.Engine) -> None:
    create_key(engine, name="pbx", scopes=["ingest"])
    with pytest.raises(KeyNameTakenError, match="already"):
        create_key(engine, name="pbx", scopes=["notify"])
