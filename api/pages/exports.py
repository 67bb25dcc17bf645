"""Tables as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Depends
from fastapi.responses import StreamingResponse

from api.pages.catalogues import translate
from api.pages.visit import CurrentVisit, Visit
from api.problems import ProblemError

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")
_ENOUGH_CHARACTERS = 32_000


def _export_visit(visit: CurrentVisit) -> Visit:
    if visit.warehouse.state != "filled":
        raise ProblemError(404, "There is nothing to export yet: no data have been loaded.")
    return visit


ExportVisit = Annotated[Visit, Depends(_export_visit)]
"""A visit to a table of the marts; 404 while they do not exist or are empty."""


def safe_cell(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula."""
    if text.lstrip(" \u00a0\ufeff").startswith(_FORMULA_STARTS) or text.startswith(("\t", "\r", "\n")):
        return "'" + text
    return text


def csv_response(
    visit: Visit, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingResponse:
    """Stream rows as UTF-8 with a byte order mark; moments in the company's zone.

    Russian spreadsheets part cells by semicolons and decimals by commas, English ones the other way.

    Args:
        visit: The request.
        name: File name without the ending.
        columns: Keys of the columns' names in the catalogues.
        rows: Cells in the order of the columns.
    """

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";" if visit.language == "ru" else ",", lineterminator="\r\n")
        yield "\ufeff"
        writer.writerow([translate(visit.language, key) for key in columns])
        for cells in rows:
            writer.writerow([_plain(cell, visit) for cell in cells])
            if buffer.tell() > _ENOUGH_CHARACTERS:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    return StreamingResponse(
        lines(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )


def _plain(value: object, visit: Visit) -> object:
    if isinstance(value, str):
        return safe_cell(value)
    if isinstance(value, datetime):
        return value.astimezone(visit.zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal | float):
        text = str(round(value, 4))
        return text.replace(".", ",") if visit.language == "ru" else text
    if isinstance(value, tuple | list):
        return safe_cell(", ".join(map(str, value)))
    return value
