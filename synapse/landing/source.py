"""What the driver must know of one foreign format."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert

from synapse.landing.context import FileContext
from synapse.landing.records import Batch
from synapse.landing.text_lines import Block


class LineParser(Protocol):
    """Parses a file of lines, which may go on growing."""

    def parse(self, block: Block) -> Batch:
        """Rows of the next lines."""
        ...

    def finish(self) -> Batch:
        """What was left open, at the end of a file that is whole."""
        ...

    def suspend(self) -> None:
        """The file may grow: put into the context's memory what the next look must know."""
        ...


OnConflict = Callable[[sa.Table, Insert, Sequence[int]], Insert]
"""Table, statement and ids of files written later than the one that is being loaded → statement."""


@dataclass(frozen=True)
class Target:
    """Where rows go.

    Attributes:
        table: Table of schema ``raw``.
        columns: Staged columns, in the order in which parsers give values.
        on_conflict: Rule of the natural key.
        key: Natural key of which the last row of a file wins; empty where equal keys are equal rows.
    """

    table: sa.Table
    columns: Sequence[str]
    on_conflict: OnConflict
    key: Sequence[str] = ()


@dataclass(frozen=True)
class LineFiles:
    """Files that are read line by line from where the last look ended.

    Attributes:
        target: Where rows go.
        parser: Makes a parser of one file.
        when_rewritten: ``rotated``: a new beginning is a new file, the old rows stay; ``replaced``: it is a
            correction, the old rows go.
        days: Finds the days in a piece of the file, for partitions; None where the table has none.
    """

    target: Target
    parser: Callable[[FileContext], LineParser]
    when_rewritten: Literal["rotated", "replaced"]
    days: Callable[[bytes], set[date]] | None = None


@dataclass(frozen=True)
class WholeFiles:
    """Files that are read as a whole each time they change.

    Attributes:
        target: Where rows go.
        read: Yields batches from a seekable stream.
    """

    target: Target
    read: Callable[[FileContext, BinaryIO], Iterator[Batch]]


@dataclass(frozen=True)
class SmallFiles:
    """Many files of one row each, loaded in batches.

    Attributes:
        target: Where rows go; without ``file_id`` in its columns.
        parse: One file's row and rejected parts.
        identity: Column that tells two files with the same content apart.
        largest: Bytes above which a file is refused.
    """

    target: Target
    parse: Callable[[FileContext, bytes], Batch]
    identity: str
    largest: int


@dataclass(frozen=True)
class Source:
    """One kind of input.

    Attributes:
        name: As in the ledger.
        prefix: Beginning of its keys.
        pattern: What follows the prefix, in full.
        files: How they are read.
    """

    name: str
    prefix: str
    pattern: re.Pattern[str]
    files: LineFiles | WholeFiles | SmallFiles

    def owns(self, key: str) -> bool:
        """Whether an object is of this source."""
        return key.startswith(self.prefix) and bool(self.pattern.fullmatch(key, len(self.prefix)))
