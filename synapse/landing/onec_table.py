"""A 1C export as rows of text: encoding, delimiter and header are found from the content."""

import codecs
import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, BinaryIO

from synapse.landing.csv_records import Record, RecordReader
from synapse.landing.errors import FileRefusedError
from synapse.landing.records import Reject
from synapse.landing.sniff import HEAD_BYTES, UTF8_BOM, is_utf16, is_zip, refuse_binary, utf16_encoding
from synapse.landing.text_lines import BLOCK_BYTES, read_blocks

if TYPE_CHECKING:
    from openpyxl import Workbook

HEADER_ROWS = 10
LARGEST_UNPACKED = 2 << 30
LARGEST_RATIO = 200
_DELIMITERS = (";", ",", "\t", "|")
_CYRILLIC_ENCODINGS = ("cp1251", "cp866", "koi8-r")
_NOT_WORDS = re.compile(r"[^0-9a-zа-я№]+")


@dataclass(frozen=True)
class Shape:
    """How a file is to be read.

    Attributes:
        encoding: Name of the codec; ``xlsx`` for a workbook.
        delimiter: Between cells; empty for a workbook.
        header_row: 1-based row of the header.
        headers: Its cells.
        columns: Canonical column → place.
    """

    encoding: str
    delimiter: str
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]


@dataclass(frozen=True)
class Headers:
    """What columns a table must and may have.

    Attributes:
        file: JSON file of this package: canonical column → headers that name it.
        required: Columns without which it is no such table.
        hint: What to do when they are missing.
    """

    file: str
    required: tuple[str, ...]
    hint: str


RECEIPTS = Headers(
    "onec_headers.json",
    ("receipt_number", "issued_at", "amount"),
    "Name the columns in Settings → 1C → column mapping, or export with a header.",
)


def find_shape(
    head: bytes, stream: BinaryIO, mapping: Mapping[str, str], expected: Headers = RECEIPTS
) -> Shape:
    """Find out how a file is to be read.

    Args:
        head: Its first bytes.
        stream: The whole file, seekable; read only for a workbook.
        mapping: Canonical column → header, as an admin set it; completes and overrules the guess.
        expected: Columns that the table must and may have.

    Raises:
        FileRefusedError: It is no table with the required columns.
    """
    if is_zip(head):
        return _find_header([("xlsx", "", _workbook_head(stream))], mapping, expected)
    if not is_utf16(head):
        refuse_binary(head)
    tables: list[tuple[str, str, list[list[str]]]] = []
    for encoding in _encodings(head):
        try:
            decoder = codecs.getincrementaldecoder(encoding)("strict")
            lines = decoder.decode(head).splitlines()[:HEADER_ROWS]
        except UnicodeDecodeError:
            continue
        tables += [(encoding, mark, list(csv.reader(lines, delimiter=mark))) for mark in _DELIMITERS]
    return _find_header(tables, mapping, expected)


def read_rows(shape: Shape, stream: BinaryIO) -> Iterator[tuple[list[Record], list[Reject]]]:
    """Rows below the header, in pieces, with the lines that are no rows.

    Raises:
        FileRefusedError: A byte does not belong to the file's encoding.
    """
    stream.seek(0)
    if shape.encoding == "xlsx":
        yield from _read_workbook(stream, shape)
        return
    reader = RecordReader(shape.delimiter)
    for block in read_blocks(_Recoded(stream, shape.encoding)):
        records = reader.read(block.lines, block.first_number, block.rejects)
        yield [one for one in records if one[0] > shape.header_row], block.rejects
    rejects: list[Reject] = []
    records = reader.finish(rejects)
    yield [one for one in records if one[0] > shape.header_row], rejects


def _encodings(head: bytes) -> Sequence[str]:
    wide = utf16_encoding(head)
    if wide:
        return (wide,)
    if head.startswith(UTF8_BOM):
        return ("utf-8-sig",)
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return _CYRILLIC_ENCODINGS
    # A head of plain ASCII says nothing about the rest; real headers are Russian.
    return ("utf-8",)


def _find_header(
    tables: Sequence[tuple[str, str, list[list[str]]]], mapping: Mapping[str, str], expected: Headers
) -> Shape:
    best: Shape | None = None
    for encoding, delimiter, rows in tables:
        for number, row in enumerate(rows[:HEADER_ROWS], start=1):
            columns = find_columns(row, mapping, expected)
            if best is None or len(columns) > len(best.columns):
                best = Shape(encoding, delimiter, number, tuple(row), columns)
    found = best.columns if best else {}
    missing = [
        name for name in expected.required if name not in found and not _can_do_without(name, found, best)
    ]
    if best is None or missing:
        raise FileRefusedError(
            f"No header with {', '.join(missing or expected.required)} in the first {HEADER_ROWS} rows.",
            hint=expected.hint,
        )
    return best


def _can_do_without(name: str, found: Mapping[str, int], shape: Shape | None) -> bool:
    """A column of documents («Чек 12 от 24.11.2026») holds the date too."""
    if name != "issued_at" or shape is None or "receipt_number" not in found:
        return False
    return normal(shape.headers[found["receipt_number"]]) in {
        "документ",
        "ссылка",
        "регистратор",
        "чек",
        "чек ккм",
    }


@cache
def _known_headers(file: str) -> dict[str, list[str]]:
    text = resources.files("synapse.landing").joinpath(file).read_text(encoding="utf-8")
    names: dict[str, list[str]] = json.loads(text)
    return names


def normal(header: str) -> str:
    """A header without case, ё, punctuation and double spaces."""
    return _NOT_WORDS.sub(" ", header.lower().replace("ё", "е")).strip()


def find_columns(
    headers: Sequence[str], mapping: Mapping[str, str], expected: Headers = RECEIPTS
) -> dict[str, int]:
    """Canonical column → place of the header that names it."""
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        places.setdefault(normal(header or ""), place)
    places.pop("", None)
    columns = {
        canonical: places[normal(header)] for canonical, header in mapping.items() if normal(header) in places
    }
    for canonical, names in _known_headers(expected.file).items():
        if canonical in columns:
            continue
        for name in names:
            if name in places and places[name] not in columns.values():
                columns[canonical] = places[name]
                break
    return columns


class _Recoded:
    """A stream of any encoding as UTF-8 bytes."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._read = 0
        self._is_over = False

    def read(self, _: int) -> bytes:
        while not self._is_over:
            piece = self._stream.read(BLOCK_BYTES)
            self._is_over = not piece
            try:
                text = self._decoder.decode(piece, final=self._is_over)
            except UnicodeDecodeError as error:
                raise FileRefusedError(
                    f"The byte near {self._read + error.start:,} is not {self._encoding}.",
                    hint="Export the file anew; it looks damaged or mixed from two encodings.",
                ) from error
            self._read += len(piece)
            if text:
                return text.encode()
        return b""


def _open_workbook(stream: BinaryIO) -> "Workbook":
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
    except zipfile.BadZipFile as error:
        raise FileRefusedError("The file is a damaged workbook.", hint="Export it anew.") from error
    if "xl/workbook.xml" not in names:
        raise FileRefusedError("The file is a ZIP archive, not a workbook.", hint="Unpack it first.")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * max(packed, 1):
        raise FileRefusedError("The workbook unpacks to far too much.", hint="Export it as CSV.")
    stream.seek(0)
    try:
        return openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except (
        KeyError,
        ValueError,
        TypeError,
        OSError,
        SyntaxError,
        InvalidFileException,
        zipfile.BadZipFile,
    ) as error:
        raise FileRefusedError("The file is a damaged workbook.", hint="Export it anew.") from error


def _workbook_rows(stream: BinaryIO) -> Iterator[list[str]]:
    book = _open_workbook(stream)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    except (
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        SyntaxError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise FileRefusedError("The file is a damaged workbook.", hint="Export it anew.") from error
    finally:
        book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() else f"{value:.10g}" if abs(value) < 1e10 else repr(value)
        )
    return str(value).replace("\0", "")


def _workbook_head(stream: BinaryIO) -> list[list[str]]:
    stream.seek(0)
    rows = _workbook_rows(stream)
    return [row for _, row in zip(range(HEADER_ROWS), rows, strict=False)]


def _read_workbook(stream: BinaryIO, shape: Shape) -> Iterator[tuple[list[Record], list[Reject]]]:
    records: list[Record] = []
    for number, row in enumerate(_workbook_rows(stream), start=1):
        if number > shape.header_row:
            records.append((number, row, ";".join(row)))
        if len(records) >= 5000:
            yield records, []
            records = []
    yield records, []


def read_head(stream: BinaryIO) -> bytes:
    """The first bytes of a seekable file."""
    stream.seek(0)
    return stream.read(HEAD_BYTES)


def as_stream(data: bytes) -> BinaryIO:
    """Bytes as a seekable file."""
    return io.BytesIO(data)
