"""One look at one file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from synapse.landing import ledger
from synapse.landing.context import FileContext
from synapse.landing.source import Source
from synapse.settings.sections import Settings
from synapse.storage import ObjectInfo, ObjectStore


@dataclass(frozen=True)
class Look:
    """A file that is new or has changed.

    Attributes:
        store: Where it lies.
        source: Of which kind it is.
        info: As it was listed; nothing after its size is read.
        settings: The company's settings.
        now: The present moment.
    """

    store: ObjectStore
    source: Source
    info: ObjectInfo
    settings: Settings
    now: datetime

    @property
    def is_settled(self) -> bool:
        """Whether the file has rested so long that its last line is whole."""
        return self.now - self.info.modified_at > ledger.SETTLED

    def context(self, memory: dict[str, Any] | None = None) -> FileContext:
        """What the parser may know."""
        return FileContext(self.info.key, self.settings, self.now, memory or {})


@dataclass(frozen=True)
class Outcome:
    """How a look ended.

    Attributes:
        loaded: What the ledger now says.
        rows_loaded: Rows that this look brought.
        rows_rejected: Rows that this look refused.
    """

    loaded: ledger.Loaded
    rows_loaded: int = 0
    rows_rejected: int = 0
