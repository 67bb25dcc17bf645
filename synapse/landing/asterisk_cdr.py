"""Asterisk CDR files (cdr_csv ``Master.csv``, cdr_custom) → rows of ``raw.call_records``.

A row is known by the hash of the fields that every kind of CDR file has, so that the same call in
``Master.csv`` and in a custom file is one row.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import md5
from operator import itemgetter
from typing import Any

import orjson

from synapse.landing.cdr_guess import guess_columns
from synapse.landing.clock import LocalClock
from synapse.landing.context import FileContext
from synapse.landing.csv_records import Record, RecordReader
from synapse.landing.errors import FileRefusedError
from synapse.landing.layout import Format
from synapse.landing.records import LONGEST_KEY, Batch, RowError
from synapse.landing.text_lines import Block

MASTER = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
    "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
)  # fmt: skip
FORMAT = Format(
    program="CDR",
    standard=(MASTER, MASTER[:17]),
    aliases={
        "calldate": "start", "started_at": "start", "answer_time": "answer", "end_time": "end",
        "recording_file": "recordingfile", "caller_number": "cnum", "caller_name": "cnam",
        "duration_seconds": "duration", "billable_seconds": "billsec", "answered_at": "answer",
        "ended_at": "end",
    },
    required=frozenset({"src", "dst", "start", "disposition", "uniqueid"}),
    setting="Settings → Asterisk → CDR columns",
)  # fmt: skip
COLUMNS = (
    "line_number", "row_hash", *MASTER[:9], "started_at", "answered_at", "ended_at", "duration_seconds",
    "billable_seconds", *MASTER[14:], "linkedid", "sequence", "peeraccount", "did", "recording_file",
    "caller_number", "caller_name", "extra",
)  # fmt: skip
DISPOSITIONS = frozenset(
    {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION", "UNKNOWN", "NOANSWER", "CANCEL"}
)

_MORE = ("linkedid", "sequence", "peeraccount", "did", "recordingfile", "cnum", "cnam")
_HASHED = itemgetter(1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16)
_NO_TIME = frozenset({"", "0000-00-00 00:00:00", "1970-01-01 00:00:00", "0"})
_SEQUENCE = re.compile(r"\d{1,18}", re.ASCII)
_NO_MORE = ("",) * len(_MORE)
_GUESSED_FROM = 500  # rows


class CdrParser:
    """Parses one file, in one or several looks.

    Args:
        context: The file.
    """

    def __init__(self, context: FileContext) -> None:
        self._clock = context.pbx_clock()
        self._context = context
        self._records = RecordReader(open_lines=context.memory.get("open_lines", ()))
        self._refusal: FileRefusedError | None = None
        self._convert: Callable[[list[str]], Sequence[object]] | None = None
        columns = context.memory.get("columns")
        if columns:
            self._use(tuple(columns))

    def parse(self, block: Block) -> Batch:
        """Rows of one block."""
        batch = Batch(rejects=block.rejects)
        self._take(self._records.read(block.lines, block.first_number, batch.rejects), batch)
        return batch

    def finish(self) -> Batch:
        """Rows of a record left open at the end of the file.

        Raises:
            FileRefusedError: No row of the file has columns that are known.
        """
        batch = Batch()
        self._take(self._records.finish(batch.rejects), batch)
        if self._refusal and not self._context.memory.get("columns"):
            raise self._refusal
        return batch

    def suspend(self) -> None:
        """The file may grow: note what the next look must know."""
        self._context.memory["open_lines"] = self._records.open_lines

    def _take(self, records: list[Record], batch: Batch) -> None:
        add = batch.rows.append
        convert = self._convert
        for number, cells, text in records:
            if not cells or not text:
                batch.skipped += 1
                continue
            if convert is None or cells[0] in _HEADER_STARTS:
                header = FORMAT.from_header(cells)
                if header:
                    convert = self._use(header)
                    batch.skipped += 1
                    continue
            try:
                if convert is None:
                    convert = self._use(self._columns_of(cells, records))
                add((str(number), *convert(cells)))
            except RowError as error:
                batch.reject(number, error, text)

    def _columns_of(self, cells: list[str], records: list[Record]) -> tuple[str, ...]:
        described = self._context.settings.integrations.asterisk.cdr_columns
        try:
            return FORMAT.from_row(cells, described)
        except FileRefusedError as error:
            if not described:
                guessed = guess_columns([cells for _, cells, _ in records[:_GUESSED_FROM] if cells], MASTER)
                if guessed and len(guessed) == len(cells):
                    return guessed
            self._refusal = error
            raise RowError("wrong_columns", error.message) from error

    def _use(self, columns: tuple[str, ...]) -> Callable[[list[str]], Sequence[object]]:
        self._context.memory["columns"] = list(columns)
        if columns == MASTER:
            self._convert = _Master(self._clock).convert
        else:
            self._convert = _Custom(self._clock, columns).convert
        return self._convert


_HEADER_STARTS = frozenset({"accountcode", "calldate", "clid", "src", "start", "uniqueid", "id", "linkedid"})


class _Master:
    """Rows of exactly the 18 standard columns."""

    def __init__(self, clock: LocalClock) -> None:
        self._clock = clock

    def convert(self, cells: list[str]) -> Sequence[object]:
        if len(cells) != 18:
            raise RowError("wrong_columns", f"The row has {len(cells)} columns instead of 18.")
        return (
            md5("\x1f".join(_HASHED(cells)).encode(), usedforsecurity=False).hexdigest(),
            *cells[:9],
            *_times(self._clock, cells[9], cells[10], cells[11], cells[16]),
            _seconds(cells[12]),
            _seconds(cells[13]),
            *cells[14:],
            *_NO_MORE,
            "{}",
        )


class _Custom:
    """Rows whose columns are named by a header or by settings."""

    def __init__(self, clock: LocalClock, columns: tuple[str, ...]) -> None:
        self._clock = clock
        self._width = len(columns)
        places = {name: place for place, name in enumerate(columns)}
        self._master = [places.get(name, -1) for name in MASTER]
        self._more = [places.get(name, -1) for name in _MORE]
        known = {*MASTER, *_MORE}
        self._others = [(name, place) for name, place in places.items() if name not in known]

    def convert(self, cells: list[str]) -> Sequence[object]:
        if len(cells) != self._width:
            raise RowError("wrong_columns", f"The row has {len(cells)} columns instead of {self._width}.")
        padded = [*cells, ""]
        master = [padded[place] for place in self._master]
        more = [padded[place] for place in self._more]
        if more[1] and not _SEQUENCE.fullmatch(more[1]):
            raise RowError("bad_number", f"{more[1][:20]!r} is no sequence number.")
        if len(more[0]) > LONGEST_KEY:
            raise RowError("key_too_long", f"The linkedid has {len(more[0]):,} characters.")
        others: dict[str, Any] = {name: cells[place] for name, place in self._others if cells[place]}
        return (
            md5("\x1f".join(_HASHED(master)).encode(), usedforsecurity=False).hexdigest(),
            *master[:9],
            *_times(self._clock, master[9], master[10], master[11], master[16]),
            _seconds(master[12]),
            _seconds(master[13]),
            *master[14:],
            *more,
            orjson.dumps(others).decode() if others else "{}",
        )


def _times(clock: LocalClock, start: str, answer: str, end: str, uniqueid: str) -> tuple[str, str, str]:
    if not uniqueid:
        raise RowError("no_uniqueid", "The row has no uniqueid.")
    if len(uniqueid) > LONGEST_KEY:
        raise RowError("key_too_long", f"The uniqueid has {len(uniqueid):,} characters.")
    read = clock.read
    return (
        read(start, uniqueid),
        "" if answer in _NO_TIME else read(answer, uniqueid),
        "" if end in _NO_TIME else read(end, uniqueid),
    )


@lru_cache(maxsize=1 << 14)
def _seconds(text: str) -> str:
    """Whole seconds, also of ``12.345`` (high-resolution times)."""
    if not text:
        return ""
    try:
        seconds = int(float(text))
    except (ValueError, OverflowError):
        seconds = -1
    if not 0 <= seconds < 2**31:
        raise RowError("bad_number", f"{text[:20]!r} is no number of seconds.")
    return str(seconds)
