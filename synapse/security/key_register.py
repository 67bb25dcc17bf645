"""API keys as administrators handle them: listed, made and revoked; each change is audited."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.app import api_keys
from synapse.errors import SynapseError
from synapse.security.api_keys import KEY_FORM, SCOPES, hash_key
from synapse.security.audit import Actor, record


class KeyNameTakenError(SynapseError):
    """A key of this name is there already."""


class UnknownScopeError(SynapseError):
    """No key can have these rights."""


class UnknownKeyError(SynapseError):
    """There is no key of this name."""


@dataclass(frozen=True)
class RegisteredKey:
    """A key without the key itself."""

    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def list_keys(connection: sa.Connection) -> list[RegisteredKey]:
    """Return all keys by name."""
    columns = api_keys.c
    query = sa.select(
        columns.name, columns.scopes, columns.created_at, columns.expires_at, columns.last_used_at
    ).order_by(columns.name)
    return [RegisteredKey(**row) for row in connection.execute(query).mappings()]


def register_key(
    connection: sa.Connection,
    *,
    name: str,
    scopes: Iterable[str],
    author: Actor,
    expires_at: datetime | None = None,
) -> str:
    """Make a key in the caller's transaction and return it; it cannot be shown again.

    Args:
        connection: Open transaction; the caller commits.
        name: Who will use it; unique.
        scopes: Any of :data:`synapse.security.api_keys.SCOPES`, at least one.
        author: Who makes it.
        expires_at: From when on it is refused; None for never.

    Raises:
        KeyNameTakenError: The name is taken.
        UnknownScopeError: A scope is unknown, or none is given.
    """
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise UnknownScopeError(
            f"Unknown scopes: {', '.join(unknown) or 'none given'}.", hint=f"Known are {', '.join(SCOPES)}."
        )
    key = f"syn_{secrets.token_urlsafe(32)}"
    row = {"name": name, "key_hash": hash_key(key), "scopes": wanted, "expires_at": expires_at}
    statement = insert(api_keys).values(row).on_conflict_do_nothing(index_elements=["name"])
    if connection.execute(statement.returning(api_keys.c.id)).one_or_none() is None:
        raise KeyNameTakenError(f"A key called {name!r} is there already.", hint="Choose another name.")
    after = {"scopes": wanted, "expires_at": expires_at.isoformat() if expires_at else None}
    record(connection, author, "key.create", f"key/{name}", after=after)
    return key


def adopt_key(
    connection: sa.Connection, key: str, *, name: str, scopes: Sequence[str], author: Actor
) -> None:
    """Take in a key that was made elsewhere (a secret of the installation); a known name gets the new key.

    Raises:
        UnknownScopeError: The key has another form.
    """
    if not KEY_FORM.fullmatch(key):
        raise UnknownScopeError(
            "The given API key has another form.", hint="It is syn_ and 43 letters or digits."
        )
    values = {"name": name, "key_hash": hash_key(key), "scopes": list(scopes)}
    statement = insert(api_keys).values(values)
    changed = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"key_hash": statement.excluded.key_hash, "scopes": statement.excluded.scopes},
        where=api_keys.c.key_hash != statement.excluded.key_hash,
    ).returning(api_keys.c.id)
    if connection.execute(changed).one_or_none() is not None:
        record(connection, author, "key.create", f"key/{name}", after={"scopes": list(scopes)})


def drop_key(connection: sa.Connection, name: str, *, author: Actor) -> None:
    """Revoke a key.

    Raises:
        UnknownKeyError: There is none of this name.
    """
    scopes = connection.execute(
        sa.delete(api_keys).where(api_keys.c.name == name).returning(api_keys.c.scopes)
    ).scalar_one_or_none()
    if scopes is None:
        raise UnknownKeyError(f"There is no key called {name[:100]!r}.", hint="The list shows all keys.")
    record(connection, author, "key.revoke", f"key/{name}", before={"scopes": scopes})
