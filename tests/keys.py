"""API keys for tests."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from synapse.security.audit import Actor
from synapse.security.key_register import register_key


def create_key(
    engine: sa.Engine, *, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> str:
    """Make a key as an administrator would."""
    with engine.begin() as connection:
        return register_key(
            connection, name=name, scopes=scopes, author=Actor("admin"), expires_at=expires_at
        )
