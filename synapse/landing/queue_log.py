"""Asterisk ``queue_log`` → rows of ``raw.queue_events``."""

import re
from hashlib import md5

from synapse.landing.context import FileContext
from synapse.landing.records import LONGEST_KEY, Batch, RowError
from synapse.landing.text_lines import Block

COLUMNS = ("line_number", "row_hash", "occurred_at", "callid", "queue", "agent", "event", "data")
_EVENT = re.compile(r"[A-Z][A-Z0-9_]{1,39}", re.ASCII)
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"'})


class QueueLogParser:
    """Parses one file, in one or several looks.

    Args:
        context: The file.
    """

    def __init__(self, context: FileContext) -> None:
        self._clock = context.pbx_clock()
        self._times: dict[str, str] = {}

    def parse(self, block: Block) -> Batch:
        """Rows of one block."""
        batch = Batch(rejects=block.rejects)
        for number, line in enumerate(block.lines, start=block.first_number):
            if not line or line.isspace():
                batch.skipped += line is not None
                continue
            try:
                batch.rows.append((str(number), *self._convert(line)))
            except RowError as error:
                batch.reject(number, error, line)
        return batch

    def finish(self) -> Batch:
        """Nothing is ever left open: a line is a row."""
        return Batch()

    def suspend(self) -> None:
        """Nothing need be remembered between looks."""

    def _convert(self, line: str) -> tuple[str, ...]:
        fields = line.split("|")
        if len(fields) < 5:
            raise RowError("wrong_columns", f"The line has {len(fields)} fields; five or more are needed.")
        time, callid, queue, agent, event, *data = fields
        if not _EVENT.fullmatch(event):
            raise RowError("bad_event", f"{event[:40]!r} is no queue event.")
        if not callid or not queue:
            raise RowError("wrong_columns", "The line names no call or no queue.")
        if len(callid) > LONGEST_KEY:
            raise RowError("key_too_long", f"The call's name has {len(callid):,} characters.")
        moment = self._times.get(time)
        if moment is None:
            if len(self._times) > 10_000:
                self._times.clear()
            moment = self._times[time] = self._clock.read(time)
        row_hash = md5(line.encode(), usedforsecurity=False).hexdigest()
        return (row_hash, moment, callid, queue, "" if agent == "NONE" else agent, event, _array(data))


def _array(values: list[str]) -> str:
    """A Postgres array literal of texts."""
    while values and not values[-1]:
        values.pop()
    return "{" + ",".join(f'"{value.translate(_ESCAPED)}"' for value in values) + "}"
