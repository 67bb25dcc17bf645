"""Which column of a headerless or headed log is which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synapse.landing.errors import FileRefusedError


@dataclass(frozen=True)
class Format:
    """What is known of a log's columns.

    Attributes:
        program: Name for messages: ``CDR``, ``CEL``.
        standard: Column sets that need no header, longest first; the width of a row tells them apart.
        aliases: Other programs' names (lower case) → ours.
        required: Columns without which a row means nothing.
        setting: Where an admin names the columns.
    """

    program: str
    standard: Sequence[tuple[str, ...]]
    aliases: Mapping[str, str]
    required: frozenset[str]
    setting: str

    def canonical(self, name: str) -> str:
        """Our name of a column, from a header or from settings."""
        plain = name.strip().strip('"').lower()
        return self.aliases.get(plain, plain)

    def from_header(self, cells: Sequence[str]) -> tuple[str, ...] | None:
        """The columns that a header line names, or None when the line is no header."""
        names = tuple(self.canonical(cell) for cell in cells)
        return names if self.required <= set(names) else None

    def from_row(self, cells: Sequence[str], configured: Sequence[str]) -> tuple[str, ...]:
        """The columns of a file whose first row is data.

        Raises:
            FileRefusedError: No known column set has this many columns.
        """
        named = tuple(self.canonical(name) for name in configured)
        for columns in (named, *self.standard):
            if columns and len(columns) == len(cells):
                if not self.required <= set(columns):
                    missing = ", ".join(sorted(self.required - set(columns)))
                    raise FileRefusedError(
                        f"The columns named in settings lack {missing}.", hint=f"Complete {self.setting}."
                    )
                return columns
        raise FileRefusedError(
            f"The first row has {len(cells)} columns; {self.program} has "
            f"{' or '.join(str(len(columns)) for columns in self.standard)}.",
            hint=f"If the PBX writes columns of its own, name them in {self.setting}.",
        )
