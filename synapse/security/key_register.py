"""API keys as administrators handle them: listed, made and revoked; each change is audited."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from synapse.database.tables.app import api_keys
from synapse.errors import SynapseError
from synapse.security.api_keys import hash_key
from synapse.security.audit import Actor, record


class KeyNameTakenError(SynapseError):
    """A key of this name is there already."""


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

    Raises:
        KeyNameTakenError: The name is taken.
    """
    taken = connection.execute(sa.select(api_keys.c.id).where(api_keys.c.name == name)).one_or_none()
    if taken is not None:
        raise KeyNameTakenError(f"A key called {name!r} is there already.", hint="Choose another name.")
    key = f"syn_{secrets.token_urlsafe(32)}"
    wanted = sorted(set(scopes))
    row = {"name": name, "key_hash": hash_key(key), "scopes": wanted, "expires_at": expires_at}
    connection.execute(sa.insert(api_keys).values(row))
    after = {"scopes": wanted, "expires_at": expires_at.isoformat() if expires_at else None}
    record(connection, author, "key.create", f"key/{name}", after=after)
    return key


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
