"""Asterisk CEL files (cel_custom, or a CSV export with a header) → rows of ``raw.channel_events``."""

from collections.abc import Sequence
from hashlib import md5

import orjson

from synapse.landing.context import FileContext
from synapse.landing.csv_records import Record, RecordReader
from synapse.landing.errors import FileRefusedError
from synapse.landing.layout import Format
from synapse.landing.records import LONGEST_KEY, Batch, RowError
from synapse.landing.text_lines import Block

CUSTOM = (
    "event", "occurred_at", "caller_name", "caller_number", "ani", "rdnis", "dnid", "exten", "context",
    "channel", "app", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "peer", "userfield",
    "userdeftype", "extra",
)  # fmt: skip
COLUMNS = ("line_number", "row_hash", *CUSTOM)
FORMAT = Format(
    program="CEL",
    standard=(CUSTOM, CUSTOM[:19]),
    aliases={
        "eventtype": "event", "eventname": "event", "eventtime": "occurred_at", "cid_name": "caller_name",
        "cid_num": "caller_number", "cid_ani": "ani", "cid_rdnis": "rdnis", "cid_dnid": "dnid",
        "channame": "channel", "appname": "app", "eventextra": "extra", "bridgepeer": "peer",
        "callerid(name)": "caller_name", "callerid(num)": "caller_number", "callerid(ani)": "ani",
        "callerid(rdnis)": "rdnis", "callerid(dnid)": "dnid",
    },
    required=frozenset({"event", "occurred_at", "uniqueid", "linkedid"}),
    setting="Settings → Asterisk → CEL columns",
)  # fmt: skip
EVENTS = frozenset({
    "CHAN_START", "CHAN_END", "HANGUP", "ANSWER", "APP_START", "APP_END", "BRIDGE_ENTER", "BRIDGE_EXIT",
    "PARK_START", "PARK_END", "BLINDTRANSFER", "ATTENDEDTRANSFER", "PICKUP", "FORWARD", "LINKEDID_END",
    "LOCAL_OPTIMIZE", "LOCAL_OPTIMIZE_BEGIN", "USER_DEFINED", "DTMF", "STREAM_BEGIN", "STREAM_END",
})  # fmt: skip


class CelParser:
    """Parses one file, in one or several looks.

    Args:
        context: The file.
    """

    def __init__(self, context: FileContext) -> None:
        self._clock = context.pbx_clock()
        self._context = context
        self._records = RecordReader(open_lines=context.memory.get("open_lines", ()))
        self._refusal: FileRefusedError | None = None
        self._columns: tuple[str, ...] = tuple(context.memory.get("columns", ()))
        self._places = self._find_places()

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
        for number, cells, text in records:
            if not cells or not text:
                batch.skipped += 1
                continue
            if not self._columns or cells[0] in _HEADER_STARTS:
                header = FORMAT.from_header(cells)
                if header:
                    self._use(header)
                    batch.skipped += 1
                    continue
            try:
                if not self._columns:
                    self._use(self._columns_of(cells))
                batch.rows.append((str(number), *self._convert(cells)))
            except RowError as error:
                batch.reject(number, error, text)

    def _use(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._context.memory["columns"] = list(columns)
        self._places = self._find_places()

    def _columns_of(self, cells: list[str]) -> tuple[str, ...]:
        try:
            return FORMAT.from_row(cells, self._context.settings.integrations.asterisk.cel_columns)
        except FileRefusedError as error:
            self._refusal = error
            raise RowError("wrong_columns", error.message) from error

    def _find_places(self) -> list[int]:
        places = {name: place for place, name in enumerate(self._columns)}
        return [places.get(name, -1) for name in CUSTOM]

    def _convert(self, cells: list[str]) -> Sequence[object]:
        if len(cells) != len(self._columns):
            reason = f"The row has {len(cells)} columns instead of {len(self._columns)}."
            raise RowError("wrong_columns", reason)
        padded = [*cells, ""]
        values = [padded[place] for place in self._places]
        if not values[0]:
            raise RowError("no_event", "The row names no event.")
        if not values[14]:
            raise RowError("no_uniqueid", "The row has no uniqueid.")
        if len(values[15]) > LONGEST_KEY or len(values[14]) > LONGEST_KEY:
            raise RowError("key_too_long", f"The linkedid or uniqueid has over {LONGEST_KEY} characters.")
        row_hash = md5("\x1f".join(values).encode(), usedforsecurity=False).hexdigest()
        values[1] = self._clock.read(values[1])
        values[15] = values[15] or values[14]
        values[19] = _json(values[19]) if values[19] else "{}"
        return (row_hash, *values)


_HEADER_STARTS = frozenset({"id", "event", "eventtype", "eventname", "eventtime"})


def _json(text: str) -> str:
    """``extra`` as a JSON object that Postgres takes; what is no such object is kept as its text."""
    try:
        value = orjson.loads(text)
        if isinstance(value, dict) and "\\u0000" not in text:
            return text
    except orjson.JSONDecodeError:
        pass
    return orjson.dumps({"text": text.replace("\\u0000", "")}).decode()
