"""Which sites may send events: write keys and origins from settings, remembered for when Postgres is away."""

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import sqlalchemy as sa
import structlog
from pydantic import TypeAdapter

from synapse.errors import SynapseError
from synapse.settings.sections import WebSite
from synapse.settings.store import current_settings

_SITES = TypeAdapter(list[WebSite])
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sites:
    """The sites of one settings version; looks up by write key in constant time."""

    sites: Sequence[WebSite] = ()
    _by_key: dict[bytes, WebSite] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Keyed by hash, so that the time of a look-up says nothing about a key.
        object.__setattr__(self, "_by_key", {_digest(site.write_key): site for site in self.sites})

    def by_key(self, key: str) -> WebSite | None:
        """Return the site of a write key."""
        return self._by_key.get(_digest(key)) if key else None

    def allows(self, origin: str) -> bool:
        """Whether pages of this origin may read answers: whether any site lists it."""
        return any(origin_allowed(site, origin) for site in self.sites)


def origin_allowed(site: WebSite, origin: str) -> bool:
    """Whether a page of this origin may send events of ``site``; a site that lists none takes any."""
    return not site.origins or _normal(origin) in {_normal(listed) for listed in site.origins}


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _normal(origin: str) -> str:
    parts = urlsplit(origin.strip().lower())
    default = {"http": 80, "https": 443}.get(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        return origin
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port and port != default else "")


class SiteDirectory:
    """The newest known sites.

    Attributes:
        sites: What is known now.
        is_known: False until settings were read once, now or by an earlier process.

    Args:
        engine: Engine of the warehouse.
        file: Where the last known sites are kept for a start without Postgres; readable by its owner only.
    """

    def __init__(self, engine: sa.Engine, file: Path) -> None:
        self._engine = engine
        self._file = file
        self._read_at = 0.0
        self.is_known = False
        self.sites = self._remembered()

    def refresh(self, *, at_most_every: float = 0.0) -> bool:
        """Read the settings again; blocks, so call it from a thread.

        Args:
            at_most_every: Seconds since the last reading below which nothing is done.

        Returns:
            Whether the settings were read; the last known ones stay while Postgres is away.
        """
        if time.monotonic() - self._read_at < at_most_every:
            return False
        self._read_at = time.monotonic()
        try:
            with self._engine.connect() as connection:
                web = current_settings(connection).settings.integrations.web
        except (sa.exc.DBAPIError, SynapseError) as error:
            _log.warning("sites_not_read", error=type(error).__name__)
            return False
        self.is_known = True
        found = Sites(tuple(web.sites))
        if found != self.sites or not self._file.exists():
            self.sites = found
            self._remember()
        return True

    def _remember(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._file.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(_SITES.dump_json(list(self.sites.sites)))
        draft.replace(self._file)

    def _remembered(self) -> Sites:
        try:
            remembered = Sites(tuple(_SITES.validate_python(orjson.loads(self._file.read_bytes()))))
        except (OSError, ValueError):
            return Sites()
        self.is_known = True
        return remembered
