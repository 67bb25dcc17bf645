"""Keys of machines (PBX, storage, scripts): scopes, expiry, only hashes kept.

A key is ``syn_`` and 43 characters of base64url (256 random bits). With that much entropy a plain SHA-256 is
the right hash: there is nothing to guess, and a slow hash would only slow the endpoints.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from synapse.database.tables.app import api_keys
from synapse.errors import ConfigurationError

SCOPES = ("ingest", "notify", "settings")
_FORM = re.compile(r"syn_[A-Za-z0-9_-]{43}")
_NOTE_USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class KeyHolder:
    """Whose key was shown.

    Attributes:
        id: Key of the row in ``app.api_keys``.
        name: Name given at creation, for logs and audit.
        scopes: What the holder may do.
    """

    id: int
    name: str
    scopes: frozenset[str]


def create_key(
    engine: sa.Engine, *, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> str:
    """Make a key and return it; it cannot be shown again.

    Args:
        engine: Engine of the warehouse.
        name: Who will use it; unique.
        scopes: Any of :data:`SCOPES`.
        expires_at: From when on it is refused; None for never.

    Raises:
        ConfigurationError: The name is taken or a scope is unknown.
    """
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise ConfigurationError(
            f"Unknown scopes: {', '.join(unknown) or 'none given'}.", hint=f"Known are {', '.join(SCOPES)}."
        )
    key = f"syn_{secrets.token_urlsafe(32)}"
    row = {"name": name, "key_hash": hash_key(key), "scopes": wanted, "expires_at": expires_at}
    try:
        with engine.begin() as connection:
            connection.execute(sa.insert(api_keys).values(row))
    except sa.exc.IntegrityError as error:
        raise ConfigurationError(
            f"A key with the name {name!r} is there already.", hint="Choose another name or remove that key."
        ) from error
    return key


def find_key(connection: sa.Connection, key: str, *, now: datetime) -> KeyHolder | None:
    """Return whose key this is; None for an unknown, malformed or expired one.

    ``last_used_at`` is written at most once a minute, so that a busy machine does not write per request.
    """
    if not _FORM.fullmatch(key):
        return None
    wanted = hash_key(key)
    row = connection.execute(sa.select(api_keys).where(api_keys.c.key_hash == wanted)).one_or_none()
    if row is None or not hmac.compare_digest(row.key_hash, wanted):
        return None
    if row.expires_at is not None and row.expires_at <= now:
        return None
    if row.last_used_at is None or now - row.last_used_at >= _NOTE_USE_EVERY:
        connection.execute(sa.update(api_keys).where(api_keys.c.id == row.id).values(last_used_at=now))
    return KeyHolder(row.id, row.name, frozenset(row.scopes))


def revoke_key(engine: sa.Engine, *, name: str) -> bool:
    """Remove a key; False if there was none with this name."""
    with engine.begin() as connection:
        return connection.execute(sa.delete(api_keys).where(api_keys.c.name == name)).rowcount > 0


def hash_key(key: str) -> str:
    """Return the SHA-256 of a key in hex."""
    return hashlib.sha256(key.encode()).hexdigest()
