"""What the process knows about access: trusted proxies, master keys, signing keys, API keys seen lately."""

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog
from fastapi import FastAPI

from synapse.environment import Environment
from synapse.errors import ConfigurationError
from synapse.security.api_keys import KeyHolder, find_key
from synapse.security.forward_auth import ProxyTrust, proxy_trust
from synapse.security.master_key import Keyring, given_keyring
from synapse.security.rate_limit import RateLimiter
from synapse.settings.reader import DatabaseSource, SettingsListener, SettingsReader
from synapse.settings.secrets import verify_keys

_KEY_SECONDS = 10.0
_MOST_KEYS = 1000
_log = structlog.get_logger(__name__)


@dataclass
class AccessState:
    """What routes ask about access.

    Attributes:
        trust: Trusted proxies; None in embedded mode.
        keyring: Master keys; None where none is given and no secret was ever kept.
        csrf_key: Signs the tokens of forms.
        test_limit: How often a person may press test buttons.
    """

    trust: ProxyTrust | None
    keyring: Keyring | None
    csrf_key: bytes = field(repr=False)
    test_limit: RateLimiter = field(default_factory=lambda: RateLimiter(per_second=0.5, burst=10))
    _keys: dict[str, tuple[float, KeyHolder]] = field(default_factory=dict, repr=False)

    def known_holder(self, key: str) -> KeyHolder | None:
        """Return whose API key this is if it was looked up in the last ten seconds."""
        known = self._keys.get(key)
        return known[1] if known is not None and time.monotonic() - known[0] < _KEY_SECONDS else None

    def key_holder(self, engine: sa.Engine, key: str) -> KeyHolder | None:
        """Look up whose API key this is, and remember it for ten seconds."""
        with engine.begin() as connection:
            holder = find_key(connection, key, now=datetime.now(UTC))
        self._keys.pop(key, None)
        if holder is not None:
            if len(self._keys) >= _MOST_KEYS:
                self._keys.clear()
            self._keys[key] = (time.monotonic(), holder)
        return holder

    def require_keyring(self) -> Keyring:
        """Return the master keys.

        Raises:
            ConfigurationError: There are none.
        """
        if self.keyring is None:
            raise ConfigurationError(
                "There is no master key, so that secrets cannot be kept.",
                hint="Set SYNAPSE_MASTER_KEY or SYNAPSE_MASTER_KEY_FILE and start again.",
            )
        return self.keyring


def access_state(environment: Environment) -> AccessState:
    """Read keys and proxies from the environment.

    Raises:
        ConfigurationError: A key or a proxy is given in a form that cannot work.
    """
    keyring = given_keyring(environment)
    csrf_key = keyring.derive("csrf") if keyring else secrets.token_bytes(32)
    return AccessState(proxy_trust(environment), keyring, csrf_key)


def install(app: FastAPI, environment: Environment, engine: sa.Engine) -> None:
    """Give the app its access state and its reader of settings."""
    app.state.access = access_state(environment)
    app.state.settings_reader = SettingsReader(DatabaseSource(engine), check_seconds=2.0)


@asynccontextmanager
async def settings_services(app: FastAPI, environment: Environment) -> AsyncIterator[None]:
    """Check the master key, then hear of new settings inside the block.

    Raises:
        ConfigurationError: Secrets are kept that the master key cannot open.
    """
    _verify(app)
    url = environment.warehouse_url.replace("postgresql+psycopg://", "postgresql://")
    listener = SettingsListener(url, app.state.settings_reader)
    listener.start()
    try:
        yield
    finally:
        listener.stop()


def _verify(app: FastAPI) -> None:
    try:
        with app.state.engine.connect() as connection:
            verify_keys(connection, app.state.access.keyring)
    except sa.exc.DBAPIError as error:  # events are taken into the spool while Postgres is away
        _log.warning("master_key_not_checked", error=type(error).__name__)
    except ConfigurationError as error:
        _log.error("master_key_refused", message=error.message, hint=error.hint)
        raise
