"""Keys of machines (PBX, storage, scripts): scopes, expiry, only hashes kept.

A key is ``syn_`` and 43 characters of base64url (256 random bits). With that much entropy a plain SHA-256 is
the right hash: there is nothing to guess, and a slow hash would only slow the endpoints.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from synapse.database.tables.app import api_keys

SCOPES = ("ingest", "notify", "settings", "metrics")
KEY_FORM = re.compile(r"syn_[A-Za-z0-9_-]{43}")
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


def find_key(connection: sa.Connection, key: str, *, now: datetime) -> KeyHolder | None:
    """Return whose key this is; None for an unknown, malformed or expired one.

    ``last_used_at`` is written at most once a minute, so that a busy machine does not write per request.
    """
    if not KEY_FORM.fullmatch(key):
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


def hash_key(key: str) -> str:
    """Return the SHA-256 of a key in hex."""
    return hashlib.sha256(key.encode()).hexdigest()
