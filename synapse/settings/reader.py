"""The settings in force, for every process: cached, looked at again at most every 30 seconds.

A process with a database connection also hears of a new version at once (LISTEN). A worker without one asks
the API: ``GET /config/version`` with the ETag it knows, and ``GET /config/full`` when that changed.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

import httpx
import psycopg
import sqlalchemy as sa
import structlog

from synapse.errors import SynapseError
from synapse.settings.sections import Settings
from synapse.settings.store import CHANNEL, SettingsVersion, current_settings, newest_version, read_document

CHECK_SECONDS = 30.0
_log = structlog.get_logger(__name__)


class SettingsUnavailableError(SynapseError):
    """The settings were never read and cannot be reached now."""


class SettingsSource(Protocol):
    """Where settings come from."""

    def newer_than(self, version: int | None) -> SettingsVersion | None:
        """Return the settings in force, or None when they are still at ``version``."""
        ...


class DatabaseSource:
    """Reads the settings from Postgres."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def newer_than(self, version: int | None) -> SettingsVersion | None:
        """Look at the version's number, and at the document only when it grew."""
        with self._engine.connect() as connection:
            if version is not None and newest_version(connection) == version:
                return None
            return current_settings(connection)


class HttpSource:
    """Reads the settings from Synapse's API.

    Args:
        client: With the API's address as ``base_url`` and an API key of scope ``settings``.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def newer_than(self, version: int | None) -> SettingsVersion | None:
        """Ask for the number; a 304 costs no document."""
        known = {} if version is None else {"If-None-Match": f'"{version}"'}
        answer = self._client.get("/config/version", headers=known)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        answer.raise_for_status()
        full = self._client.get("/config/full").raise_for_status().json()
        number = int(full["version"])
        return SettingsVersion(number, read_document(full["settings"], number), str(full["profile"]))


class SettingsReader:
    """Keeps the settings in force; safe to share between threads.

    Args:
        source: Where they come from.
        check_seconds: How old they may be before they are looked at again.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        source: SettingsSource,
        *,
        check_seconds: float = CHECK_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._check_seconds = check_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._known: SettingsVersion | None = None
        self._looked_at = float("-inf")
        self._expiries = 0

    def current(self) -> SettingsVersion:
        """Return the settings in force, at most ``check_seconds`` old.

        While the source is away the last known settings hold.

        Raises:
            SettingsUnavailableError: They were never read.
        """
        known = self._known
        if known is not None and self._clock() - self._looked_at < self._check_seconds:
            return known
        with self._lock:
            if self._known is not None and self._clock() - self._looked_at < self._check_seconds:
                return self._known
            return self._look()

    def settings(self) -> Settings:
        """Return the document in force."""
        return self.current().settings

    def fresh(self) -> SettingsVersion | None:
        """Return the settings only if no look at the source is due (costs no I/O)."""
        known = self._known
        return known if known is not None and self._clock() - self._looked_at < self._check_seconds else None

    def expire(self) -> None:
        """Look again at the next call."""
        self._expiries += 1  # a look that is under way may have missed what happened now
        self._looked_at = float("-inf")

    def _look(self) -> SettingsVersion:
        began, expiries = self._clock(), self._expiries
        try:
            found = self._source.newer_than(None if self._known is None else self._known.version)
        except (sa.exc.SQLAlchemyError, httpx.HTTPError) as error:
            if self._known is None:
                raise SettingsUnavailableError(
                    "The settings cannot be read now.", hint="Look whether Postgres and the API are up."
                ) from error
            _log.warning("settings_source_away", version=self._known.version, error=type(error).__name__)
            found = None
        if found is not None:
            self._known = found
        if expiries == self._expiries:
            self._looked_at = began
        assert self._known is not None
        return self._known


@lru_cache(maxsize=4)
def process_reader(engine: sa.Engine) -> SettingsReader:
    """Return this process' reader for runs and sensor ticks.

    Each call looks at the version's number, so that a run begins with what was saved a moment before; the
    document is read again only when the number grew.
    """
    return SettingsReader(DatabaseSource(engine), check_seconds=0)


class SettingsListener:
    """A thread that expires a reader as soon as a new version is saved; reconnects by itself.

    Args:
        url: libpq URL of the warehouse.
        reader: Expired on each notification and each new connection.
    """

    def __init__(self, url: str, reader: SettingsReader) -> None:
        self._url = url
        self._reader = reader
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="settings-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread within about a second."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                _log.warning("settings_listener_away", error=type(error).__name__)
                self._stopping.wait(5)

    def _listen(self) -> None:
        with contextlib.closing(
            psycopg.connect(
                self._url, autocommit=True, connect_timeout=5, application_name="synapse settings"
            )
        ) as connection:
            connection.execute(f"listen {CHANNEL}")
            self._reader.expire()
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=1, stop_after=1):
                    self._reader.expire()
