"""Receipts exported from 1C (CSV, XLSX) → rows of ``raw.receipts``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from pathlib import PurePosixPath
from typing import BinaryIO

import orjson

from synapse.identity.emails import find_emails, parse_email
from synapse.identity.phones import find_phones, parse_phone
from synapse.landing.clock import TAILS
from synapse.landing.context import FileContext
from synapse.landing.csv_records import Record
from synapse.landing.onec_lines import add_up, has_item_rows, item_places, one_item, signed_item
from synapse.landing.onec_table import Shape, find_shape, read_head, read_rows
from synapse.landing.onec_values import read_amount, read_date, read_document, read_kind
from synapse.landing.records import LONGEST_KEY, Batch, Reject, RowError
from synapse.settings.sections import Settings

KEY = ("source", "receipt_number", "issued_on", "kind")
COLUMNS = (
    "line_number", *KEY, "issued_at", "amount", "currency", "customer_name", "customer_code", "phone",
    "phones_in_comment", "email", "shop", "manager", "comment", "returned_receipt_number", "extra", "lines",
)  # fmt: skip
DEFAULT_SOURCE = "1c"
_TOTALS = ("итог", "всего", "total")
_SPACES = tuple(chr(code) for code in range(0x3001) if chr(code).isspace())
_MOST_HOURS = 100_000
_CURRENCIES = {
    "руб": "RUB",
    "руб.": "RUB",
    "₽": "RUB",
    "р": "RUB",
    "р.": "RUB",
    "rur": "RUB",
    "российский рубль": "RUB",
}


@dataclass(frozen=True)
class Preview:
    """What a file looks like before it is loaded.

    Attributes:
        encoding: Name of the codec, or ``xlsx``.
        delimiter: Between cells.
        header_row: 1-based row of the header.
        headers: Headers as they stand.
        mapping: Canonical column → header.
        unused: Headers that go to ``extra``.
        rows: The first three rows, by canonical column.
        rejects: What would be rejected in the part that was looked at.
    """

    encoding: str
    delimiter: str
    header_row: int
    headers: Sequence[str]
    mapping: dict[str, str]
    unused: Sequence[str]
    rows: list[dict[str, str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def read_receipts(context: FileContext, stream: BinaryIO) -> Iterator[Batch]:
    """Parse one export.

    Args:
        context: The file; ``memory`` receives its encoding, delimiter and mapping.
        stream: Its content, seekable.

    Raises:
        FileRefusedError: It is no table of receipts.
    """
    shape = find_shape(read_head(stream), stream, context.settings.integrations.onec.column_mapping)
    context.memory["shape"] = {
        "encoding": shape.encoding,
        "delimiter": shape.delimiter,
        "header_row": shape.header_row,
        "mapping": {name: shape.headers[place] for name, place in shape.columns.items()},
        "row": "item" if has_item_rows(shape) else "receipt",
    }
    parser = _RowParser(context, shape)
    for records, rejects in read_rows(shape, stream):
        yield parser.parse(records, rejects)


def preview(stream: BinaryIO, settings: Settings, context: FileContext) -> Preview:
    """Show how a file would be read, from its first rows.

    Args:
        stream: The file or its beginning, seekable; a workbook must be whole.
        settings: With the mapping to try.
        context: Name of the file and the present moment.

    Raises:
        FileRefusedError: It is no table of receipts.
    """
    shape = find_shape(read_head(stream), stream, settings.integrations.onec.column_mapping)
    records, rejects = next(read_rows(shape, stream), ([], []))
    batch = _RowParser(context, shape).parse(records[:100], rejects)
    used = set(shape.columns.values())
    return Preview(
        encoding=shape.encoding,
        delimiter=shape.delimiter,
        header_row=shape.header_row,
        headers=shape.headers,
        mapping={name: shape.headers[place] for name, place in shape.columns.items()},
        unused=[header for place, header in enumerate(shape.headers) if place not in used and header],
        rows=[dict(zip(COLUMNS, map(str, row), strict=True)) for row in batch.rows[:3]],
        rejects=batch.rejects,
    )


def source_of(key: str) -> str:
    """Exports of several 1C databases lie in folders of their own: ``landing/1c/<database>/…``."""
    parts = PurePosixPath(key).parts
    return parts[2] if len(parts) > 3 else DEFAULT_SOURCE


class _RowParser:
    def __init__(self, context: FileContext, shape: Shape) -> None:
        self._clock = context.company_clock()
        self._currency = context.settings.integrations.onec.currency
        self._source = source_of(context.key)
        self._headers = shape.headers
        self._width = len(shape.headers)
        place = shape.columns.get
        names = (
            "receipt_number", "issued_at", "issued_time", "kind", "amount", "currency", "customer_name",
            "customer_code", "phone", "email", "shop", "manager", "comment", "returned_receipt_number",
        )  # fmt: skip
        self._places = [place(name, -1) for name in names]
        self._cells = itemgetter(*self._places)
        self._items = item_places(shape) if has_item_rows(shape) else {}
        used = set(shape.columns.values())
        self._others = [
            (header, at) for at, header in enumerate(shape.headers) if header.strip() and at not in used
        ]
        # Rows that begin otherwise, which is nearly all, need no closer look.
        self._notices_begin = {
            "",
            *_SPACES,
            *(word[0] for word in _TOTALS),
            *(word[0].upper() for word in _TOTALS),
        }
        self._notices_begin.add(next(filter(None, shape.headers), "")[:1])
        self._hours: dict[str, tuple[str, str, str]] = {}

    def parse(self, records: Sequence[Record], rejects: list[Reject]) -> Batch:
        batch = Batch(rejects=rejects)
        add = batch.rows.append
        for number, cells, text in records:
            if self._is_notice(cells):
                batch.skipped += 1
                continue
            try:
                add((str(number), *self._convert(cells)))
            except RowError as error:
                batch.reject(number, error, text)
        if self._items:
            batch.rows = add_up(batch.rows, COLUMNS, KEY)  # type: ignore[arg-type]
        return batch

    def _is_notice(self, cells: Sequence[str]) -> bool:
        """An empty row, a totals row, or the header once more."""
        first = next(filter(None, cells), "")
        if first[:1] not in self._notices_begin:
            return False
        if not first or tuple(cells) == self._headers:
            return True
        number = cells[self._places[0]] if self._places[0] < len(cells) else ""
        return first.strip().lower().startswith(_TOTALS) and (not number or number == first)

    def _convert(self, cells: list[str]) -> Sequence[object]:
        if len(cells) != self._width:
            cells = self._fitted(cells)
        padded = [*cells, ""]
        (
            number, issued, time, kind_text, amount_text, currency, name, code, phone_text, email_text, shop,
            manager, comment, returned,
        ) = self._cells(padded)  # fmt: skip
        number = number.strip()
        if " от " in number:
            document = read_document(number)
            if document:
                number = document[1]
                issued = issued or document[2]
                kind_text = kind_text or document[0]
        if not number:
            raise RowError("no_number", "The row has no receipt number.")
        if len(number) > LONGEST_KEY:
            raise RowError("key_too_long", f"The receipt number has {len(number):,} characters.")
        if not amount_text:
            raise RowError("no_amount", "The row has no amount.")
        amount = read_amount(amount_text)
        kind, amount, note = (signed_item if self._items else _signed)(kind_text, amount)
        issued_at, issued_on = self._issued(issued, time)
        others = {header: padded[at] for header, at in self._others if padded[at]}
        if note:
            others["kind_as_written"] = note
        phone, phones = _phones(phone_text, comment)
        email = (parse_email(email_text) or "") if email_text else ""
        if not email and comment and "@" in comment:
            email = next(iter(find_emails(comment)), "")
        if returned and " от " in returned:
            document = read_document(returned)
            returned = document[1] if document else returned
        if phone_text and not phone:
            others["phone_as_written"] = phone_text
        return (
            self._source, number, issued_on, kind, issued_at, amount,
            read_currency(currency) if currency else self._currency, name, code, phone or "",
            "{" + ",".join(phones) + "}" if phones else "{}", email, shop, manager, comment, returned.strip(),
            orjson.dumps(others).decode() if others else "{}",
            one_item(cells, self._items, amount) if self._items else "",
        )  # fmt: skip

    def _fitted(self, cells: list[str]) -> list[str]:
        """Rows may be short or have empty cells too many, as 1C and Excel write them."""
        if len(cells) > self._width and any(cells[self._width :]):
            raise RowError("wrong_columns", f"The row has {len(cells)} columns instead of {self._width}.")
        if len(cells) < self._width and len(cells) <= max(self._places[0], self._places[1], self._places[4]):
            raise RowError("wrong_columns", f"The row has {len(cells)} columns instead of {self._width}.")
        return (cells + [""] * self._width)[: self._width]

    def _issued(self, text: str, time: str) -> tuple[str, str]:
        known = self._hours.get(text[:13])
        if known and not time and text[13:] in TAILS:
            hour, offset, day = known
            return f"{hour}{text[13:]}{offset}", day
        return self._moment(text, time)

    def _moment(self, text: str, time: str) -> tuple[str, str]:
        if not text:
            raise RowError("no_date", "The row has no date.")
        local = read_date(text, time)
        moment = self._clock.read(local)
        is_local = len(local) == 19  # without an offset of its own the day is the zone's already
        day = local[:10] if is_local else self._clock.on(moment)
        offset = self._clock.offset(local[:13])
        if offset and is_local and local[13:] == text[13:] and len(self._hours) < _MOST_HOURS:
            self._hours[text[:13]] = local[:13], offset, day
        return moment, day


def _signed(kind_text: str, amount: str) -> tuple[str, str, str]:
    """Kind, amount (negative for a return) and what was written where it had to be overruled."""
    kind = read_kind(kind_text) if kind_text else None
    note = kind_text if kind_text and kind is None else ""
    is_negative = amount.startswith("-")
    if is_negative and kind != "return":
        note = note or kind_text
        kind = "return"
    if kind == "return" and not is_negative:
        amount = f"-{amount}"
    return kind or "sale", amount, note


def _phones(field_text: str, comment: str) -> tuple[str | None, list[str]]:
    """The phone of its own column, and those of the comment (and further ones of the column)."""
    phone = parse_phone(field_text) if field_text else None
    others: list[str] = []
    if field_text and phone is None:
        others = find_phones(field_text)
        phone = others.pop(0) if others else None
    for number in find_phones(comment) if comment else ():
        if number != phone and number not in others:
            others.append(number)
    return phone, others


@lru_cache(maxsize=256)
def read_currency(text: str) -> str:
    """Code of a currency as people write it.

    Raises:
        RowError: It is none.
    """
    plain = text.strip()
    known = _CURRENCIES.get(plain.lower())
    if known:
        return known
    if len(plain) == 3 and plain.isascii() and plain.isalpha():
        return plain.upper()
    raise RowError("bad_currency", f"{text[:20]!r} is no currency.")
