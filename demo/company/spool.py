"""Files that grow by lines in order of time while the simulation goes on."""

from operator import itemgetter
from pathlib import Path


class SortedLines:
    """A text file whose lines are kept back until nothing earlier can come."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._held: list[tuple[float, int, str]] = []
        self._count = 0

    def add(self, moment: float, line: str) -> None:
        """Keep a line (without its end) for its place in time."""
        self._count += 1
        self._held.append((moment, self._count, line))

    def flush(self, before: float) -> None:
        """Write all lines earlier than a moment."""
        self._held.sort(key=itemgetter(0, 1))
        cut = next((i for i, held in enumerate(self._held) if held[0] >= before), len(self._held))
        self._file.writelines(line + "\n" for _, _, line in self._held[:cut])
        del self._held[:cut]

    def close(self) -> None:
        """Write the rest and close."""
        self.flush(float("inf"))
        self._file.close()


class DayFiles:
    """One file of lines per local day, written in order of time."""

    def __init__(self, folder: Path, pattern: str) -> None:
        self._folder = folder
        self._pattern = pattern
        self._held: list[tuple[float, int, str]] = []
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, moment: float, line: str) -> None:
        """Keep a line for its place in time."""
        self._count += 1
        self._held.append((moment, self._count, line))

    def flush(self, day: str, before: float) -> None:
        """Write the file of a day with all lines earlier than ``before``; nothing is written for none."""
        self._held.sort(key=itemgetter(0, 1))
        cut = next((i for i, held in enumerate(self._held) if held[0] >= before), len(self._held))
        if cut:
            path = self._folder / self._pattern.format(day=day)
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(line + "\n" for _, _, line in self._held[:cut])
        del self._held[:cut]
