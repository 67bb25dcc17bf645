"""CSV records from lines: quoted line breaks are kept, an unclosed quote cannot swallow the file."""

import csv
from collections.abc import Sequence

from synapse.landing.records import Reject, storable

LONGEST_RECORD_LINES = 50
LONGEST_RECORD_CHARACTERS = 200_000
_CELL_CHARACTERS = 1 << 21  # lines are bounded before they come here
_SENTINEL = "end"

Record = tuple[int, list[str], str]
"""Number of the line on which it begins, its cells, its text as it was written."""


class RecordReader:
    """Assembles records from consecutive runs of lines.

    Args:
        delimiter: Between cells.
        open_lines: What :attr:`open_lines` was when an earlier look at the same file ended.
    """

    def __init__(self, delimiter: str = ",", open_lines: Sequence[tuple[int, str]] = ()) -> None:
        csv.field_size_limit(_CELL_CHARACTERS)
        self._delimiter = delimiter
        self._open: list[tuple[int, str | None]] = [(number, line) for number, line in open_lines]

    @property
    def open_lines(self) -> list[tuple[int, str]]:
        """Numbered lines of a record whose quotes are not closed yet."""
        return [(number, line) for number, line in self._open if line is not None]

    def read(self, lines: Sequence[str | None], first_number: int, rejects: list[Reject]) -> list[Record]:
        """Return the records that end in these lines; an unread (None) line breaks an open record."""
        if not self._open:
            plain = self._read_plain(lines, first_number)
            if plain is not None:
                return plain
        return self._read_all([*self._take_open(), *enumerate(lines, start=first_number)], rejects)

    def finish(self, rejects: list[Reject]) -> list[Record]:
        """End of the file: an open record is broken, and what follows its first line is read again."""
        records: list[Record] = []
        while self._open:
            (number, line), *rest = self._take_open()
            rejects.append(_unclosed(number, line or ""))
            records += self._read_all(rest, rejects)
        return records

    def _take_open(self) -> list[tuple[int, str | None]]:
        taken, self._open = self._open, []
        return taken

    def _read_plain(self, lines: Sequence[str | None], first_number: int) -> list[Record] | None:
        """The usual case at C speed: every line is a record. A line that opens a quote eats the next one."""
        if None in lines:
            return None
        texts = [*lines, _SENTINEL]
        try:
            rows = list(csv.reader(texts, delimiter=self._delimiter))  # type: ignore[arg-type]
        except csv.Error:
            return None
        if len(rows) != len(texts):
            return None
        return list(zip(range(first_number, first_number + len(lines)), rows, lines, strict=False))  # type: ignore[arg-type]

    def _read_all(self, queue: Sequence[tuple[int, str | None]], rejects: list[Reject]) -> list[Record]:
        records: list[Record] = []
        position = 0
        while position < len(queue):
            position = self._read_one(queue, position, records, rejects)
        return records

    def _read_one(
        self,
        queue: Sequence[tuple[int, str | None]],
        position: int,
        records: list[Record],
        rejects: list[Reject],
    ) -> int:
        """Read the record at ``position``; return where the next one begins."""
        number, first = queue[position]
        if first is None:
            return position + 1
        text, end = first, position + 1
        while True:
            try:
                rows = list(csv.reader([text + "\n", _SENTINEL], delimiter=self._delimiter))
            except csv.Error as error:
                reason = f"The line is not valid CSV: {error}."
                rejects.append(Reject(number, "bad_csv", reason, storable(first)))
                return position + 1
            if len(rows) == 2:
                records.append((number, rows[0], text))
                return end
            if end - position >= LONGEST_RECORD_LINES or len(text) > LONGEST_RECORD_CHARACTERS:
                rejects.append(_unclosed(number, first))
                return position + 1
            if end == len(queue):
                self._open = list(queue[position:])
                return end
            line = queue[end][1]
            if line is None:
                rejects.append(_unclosed(number, first))
                return position + 1
            text, end = f"{text}\n{line}", end + 1


def _unclosed(number: int, line: str) -> Reject:
    return Reject(number, "unclosed_quote", "A quote is opened and never closed.", storable(line))
