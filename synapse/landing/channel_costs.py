"""Advertising costs (CSV, XLSX) → rows of ``raw.channel_costs``; encodings and numbers as 1C writes them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import BinaryIO

from synapse.landing.context import FileContext
from synapse.landing.csv_records import Record
from synapse.landing.onec_receipts import read_currency
from synapse.landing.onec_table import Headers, Shape, find_shape, read_head, read_rows
from synapse.landing.onec_values import read_amount, read_date
from synapse.landing.records import LONGEST_KEY, Batch, RowError

KEY = ("source", "medium", "campaign", "spent_on", "spent_until", "currency")
COLUMNS = ("line_number", *KEY, "amount")
HEADERS = Headers(
    "cost_headers.json",
    ("spent_on", "source", "amount"),
    "Name the columns «Дата», «Источник», «Канал», «Кампания» and «Расход», or export with a header.",
)
LONGEST_DAYS = 366
_NAMES = ("spent_on", "spent_until", "source", "medium", "campaign", "amount", "currency")
_TOTALS = ("итог", "всего", "total")
_PERIOD_MARKS = (" - ", " – ", " — ")


def read_costs(context: FileContext, stream: BinaryIO) -> Iterator[Batch]:
    """Parse one table of costs.

    Args:
        context: The file; ``memory`` receives its encoding, delimiter and mapping.
        stream: Its content, seekable.

    Raises:
        FileRefusedError: It is no table of costs.
    """
    shape = find_shape(read_head(stream), stream, {}, HEADERS)
    context.memory["shape"] = {
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        "header_row": shape.header_row,
        "mapping": {name: shape.headers[place] for name, place in shape.columns.items()},
    }
    parser = _RowParser(context, shape)
    for records, rejects in read_rows(shape, stream):
        batch = Batch(rejects=rejects)
        for record in records:
            parser.take(record, batch)
        yield batch


class _RowParser:
    def __init__(self, context: FileContext, shape: Shape) -> None:
        self._default_currency = context.settings.integrations.onec.currency
        self._today = context.now.date()
        self._headers = shape.headers
        self._width = len(shape.headers)
        self._places = [shape.columns.get(name, -1) for name in _NAMES]
        self._lines: dict[tuple[str, ...], int] = {}

    def take(self, record: Record, batch: Batch) -> None:
        """Add a row, or say why it was not taken."""
        number, cells, text = record
        first = next(filter(None, cells), "").strip()
        if not first or tuple(cells) == self._headers or first.lower().startswith(_TOTALS):
            batch.skipped += 1
            return
        try:
            key, amount = self._convert(cells)
            if key in self._lines:
                raise RowError("repeated", f"The same day and campaign stands in line {self._lines[key]}.")
        except RowError as error:
            batch.reject(number, error, text)
            return
        self._lines[key] = number
        batch.rows.append((str(number), *(_kept(value) for value in key), amount))

    def _convert(self, cells: Sequence[str]) -> tuple[tuple[str, ...], str]:
        if len(cells) > self._width and any(cells[self._width :]):
            raise RowError("wrong_columns", f"The row has {len(cells)} columns instead of {self._width}.")
        padded = [*cells, *[""] * (self._width - len(cells) + 1)]
        start, end, source, medium, campaign, amount_text, currency = (
            padded[place].strip() if place >= 0 else "" for place in self._places
        )
        if not source:
            raise RowError("no_source", "The row has no source.")
        if not amount_text:
            raise RowError("no_amount", "The row has no amount.")
        if max(map(len, (source, medium, campaign))) > LONGEST_KEY:
            raise RowError("key_too_long", "A name in the row is far too long.")
        amount = read_amount(amount_text)
        if amount.startswith("-"):
            raise RowError("negative_amount", f"{amount_text[:30]!r} is below zero: costs are positive.")
        first, last = self._days(start, end)
        known = read_currency(currency) if currency else self._default_currency
        return (source.lower(), medium.lower(), campaign, first.isoformat(), last.isoformat(), known), amount

    def _days(self, start: str, end: str) -> tuple[date, date]:
        if not start:
            raise RowError("no_date", "The row has no date.")
        for mark in _PERIOD_MARKS:
            if not end and mark in start:
                start, _, end = start.partition(mark)
        first = date.fromisoformat(read_date(start.strip())[:10])
        last = date.fromisoformat(read_date(end.strip())[:10]) if end else first
        if last < first:
            raise RowError("bad_period", "The period ends before it begins.")
        if (last - first).days >= LONGEST_DAYS:
            raise RowError("bad_period", f"The period has more than {LONGEST_DAYS} days.")
        if first.year < 2000 or (first - self._today).days > LONGEST_DAYS:
            raise RowError("bad_date", f"{start[:30]!r} is no day of an advertisement.")
        return first, last


def _kept(value: str) -> str:
    """Keys are never null: an absent medium or campaign is a word of its own."""
    return value or "(not set)"
