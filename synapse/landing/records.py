"""What a parser hands to the loader."""

from collections.abc import Sequence
from dataclasses import dataclass, field

ORIGINAL_MAX = 2000
# An index of Postgres holds 2704 bytes a row; a character takes four at most.
LONGEST_KEY = 500


@dataclass(frozen=True)
class Reject:
    """A row that could not be taken.

    Attributes:
        line_number: 1-based line (row, segment) in the file; None where it has none.
        reason_code: Short word for counting.
        reason: One sentence for a person.
        original: The row as it came, cut at :data:`ORIGINAL_MAX` characters.
    """

    line_number: int | None
    reason_code: str
    reason: str
    original: str


class RowError(ValueError):
    """A row cannot be taken.

    Args:
        code: Short word for counting.
        reason: One sentence for a person.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class Batch:
    """Rows of one piece of a file.

    Attributes:
        rows: Values in the order of the source's staged columns, ready for COPY: None and empty text are
            NULL, text is fastest.
        rejects: Rows that were not taken.
        skipped: Rows that are no data: blanks, headers, totals, notices.
    """

    rows: list[Sequence[object]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    skipped: int = 0

    def reject(self, line_number: int | None, error: RowError, original: str) -> None:
        """Note a row that cannot be taken."""
        self.rejects.append(Reject(line_number, error.code, error.reason, storable(original)))


def storable(text: str) -> str:
    """Text that Postgres can hold: cut to a sane length, NUL and lone surrogates shown as replacements."""
    cut = text[:ORIGINAL_MAX]
    return cut.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
