"""Lines of a file of any size in flat memory, with the byte offset up to which it has been read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from synapse.landing.records import ORIGINAL_MAX, Reject
from synapse.landing.sniff import UTF8_BOM

BLOCK_BYTES = 1 << 20
LONGEST_LINE_BYTES = 1 << 20


class Readable(Protocol):
    """What gives up to so many bytes at a time, and none at the end."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        ...


@dataclass
class Block:
    """A run of whole lines.

    Attributes:
        lines: Text without line ends; a line that could not be read is None.
        first_number: Number of the first line, 1-based in the file.
        end: Byte offset in the file just after the last line.
        rejects: Lines that could not be read as text.
    """

    lines: list[str | None]
    first_number: int
    end: int
    rejects: list[Reject] = field(default_factory=list)


def read_blocks(
    stream: Readable, *, offset: int = 0, lines_before: int = 0, is_final: bool = True
) -> Iterator[Block]:
    """Cut a stream into blocks of whole UTF-8 lines.

    Args:
        stream: Bytes of the file from ``offset`` on.
        offset: Where in the file the stream begins.
        lines_before: Lines of the file before ``offset``.
        is_final: Whether a last line without a line end is whole; else it is left for the next look.

    Yields:
        Blocks in order. Lines longer than :data:`LONGEST_LINE_BYTES`, not UTF-8 or with NUL bytes are
        rejected one by one; all others come through.
    """
    reader = _Reader(offset, lines_before)
    carry = b""
    while piece := stream.read(BLOCK_BYTES):
        whole, newline, rest = piece.rpartition(b"\n")
        if newline:
            yield reader.block(carry + whole + newline)
            carry = rest
        else:
            carry += piece
        if len(carry) > LONGEST_LINE_BYTES:
            carry = reader.begin_skipping(carry)
    if reader.is_skipping or (carry and is_final):
        yield reader.block(carry, is_whole=is_final)


class _Reader:
    def __init__(self, offset: int, lines_before: int) -> None:
        self.end = offset
        self.number = lines_before + 1
        self.skipped_bytes = 0
        self.skipped_start = b""

    @property
    def is_skipping(self) -> bool:
        return self.skipped_bytes > 0

    def begin_skipping(self, carry: bytes) -> bytes:
        """Let go of the beginning of an endless line."""
        if not self.skipped_bytes:
            self.skipped_start = carry[: 2 * ORIGINAL_MAX]
        self.skipped_bytes += len(carry)
        return b""

    def block(self, data: bytes, *, is_whole: bool = True) -> Block:
        block = Block([], self.number, self.end)
        if self.skipped_bytes:
            line, newline, data = data.partition(b"\n")
            length = self.skipped_bytes + len(line)
            if not is_whole:
                return block  # its end may still come
            block.lines.append(None)
            block.rejects.append(_too_long(self.number, length, self.skipped_start))
            self.end += length + len(newline)
            self.skipped_bytes = 0
        if data:
            self.end += len(data)
            if block.first_number == 1 and data.startswith(UTF8_BOM):
                data = data[len(UTF8_BOM) :]
            block.lines.extend(_decode(data, self.number + len(block.lines), block.rejects))
        self.number += len(block.lines)
        block.end = self.end
        return block


def _decode(data: bytes, number: int, rejects: list[Reject]) -> list[str | None]:
    body = data[:-1] if data.endswith(b"\n") else data
    text = _decode_all(body)
    if text is not None:
        lines = text.split("\n")
        if len(body) <= LONGEST_LINE_BYTES or max(map(len, lines)) <= LONGEST_LINE_BYTES // 4:
            return [line.rstrip("\r") for line in lines] if "\r" in text else [*lines]
    return [
        _decode_one(line, position, rejects) for position, line in enumerate(body.split(b"\n"), start=number)
    ]


def _decode_all(body: bytes) -> str | None:
    """The usual case at C speed: a piece without NUL that is UTF-8 throughout."""
    if b"\0" in body:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _decode_one(line: bytes, number: int, rejects: list[Reject]) -> str | None:
    line = line.rstrip(b"\r")
    if len(line) > LONGEST_LINE_BYTES:
        rejects.append(_too_long(number, len(line), line[: 2 * ORIGINAL_MAX]))
        return None
    shown = (
        line[: 2 * ORIGINAL_MAX].decode("utf-8", "backslashreplace").replace("\0", "\ufffd")[:ORIGINAL_MAX]
    )
    if b"\0" in line:
        rejects.append(Reject(number, "binary_data", "The line has NUL bytes.", shown))
        return None
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        reason = f"Byte {error.start + 1} of the line is not UTF-8."
        rejects.append(Reject(number, "wrong_encoding", reason, shown))
        return None


def _too_long(number: int, length: int, start: bytes) -> Reject:
    shown = start.decode("utf-8", "backslashreplace").replace("\0", "\ufffd")[:ORIGINAL_MAX]
    reason = f"The line has {length:,} bytes; {LONGEST_LINE_BYTES:,} are allowed."
    return Reject(number, "line_too_long", reason, shown)
