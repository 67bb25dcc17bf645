"""What the caller may choose."""

from dataclasses import dataclass
from pathlib import Path

from demo.company import clock


@dataclass(frozen=True)
class Options:
    """Size and place of the company.

    Attributes:
        target: Folder to write into.
        days: Days of history; the last is the day of ``until``.
        seed: Same seed and ``until``: byte-equal files.
        calls_per_day: Mean number of calls on a working day.
        audio_minutes: Minutes of recorded talk among the newest calls.
        until: Epoch seconds; nothing later is written.
    """

    target: Path
    days: int
    seed: int
    calls_per_day: int
    audio_minutes: float
    until: int

    @property
    def start(self) -> int:
        """Local midnight of the first day, in epoch seconds."""
        return clock.first_midnight(self.until, self.days)
