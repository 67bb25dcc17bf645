"""What a parser knows of the file and of the company."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from synapse.landing.clock import LocalClock
from synapse.settings.sections import Settings


@dataclass(frozen=True)
class FileContext:
    """One file that is being read.

    Attributes:
        key: Object key.
        settings: The company's settings.
        now: The present moment, with zone.
        memory: What earlier looks at a growing file noted; the parser may add to it (JSON values only).
    """

    key: str
    settings: Settings
    now: datetime
    memory: dict[str, Any] = field(default_factory=dict)

    def pbx_clock(self) -> LocalClock:
        """Clock of the PBX's local times."""
        zone = self.settings.integrations.asterisk.zone or self.settings.calendar.zone
        return LocalClock(zone, self.now)

    def company_clock(self) -> LocalClock:
        """Clock of the company's zone."""
        return LocalClock(self.settings.calendar.zone, self.now)
