"""Cursors of keyset paging: the sort key of the last row shown, opaque to the reader."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list.

    Attributes:
        rows: At most as many as were asked for.
        next_cursor: Cursor of the following page; None on the last one.
    """

    rows: list[Row]
    next_cursor: str | None


def encode_cursor(*values: str) -> str:
    """Pack the last row's sort key for a URL."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, size: int) -> list[str] | None:
    """Unpack a cursor of ``size`` values; None when it is absent or not ours."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None
    if not isinstance(values, list) or len(values) != size or not all(isinstance(v, str) for v in values):
        return None
    return values
