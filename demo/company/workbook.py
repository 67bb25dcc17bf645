"""Save a workbook so that equal content gives equal bytes."""

import io
import zipfile
from pathlib import Path

from openpyxl import Workbook

_STAMP = (2020, 1, 1, 0, 0, 0)


def save(book: Workbook, path: Path) -> None:
    """Write an XLSX file whose members carry a fixed time instead of the present one."""
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "docProps/core.xml":
                data = _without_modified(data)
            target.writestr(zipfile.ZipInfo(member.filename, _STAMP), data, zipfile.ZIP_DEFLATED)


def _without_modified(document: bytes) -> bytes:
    start = document.find(b"<dcterms:modified")
    end = document.find(b"</dcterms:modified>")
    return document if start < 0 else document[:start] + document[end + len(b"</dcterms:modified>") :]
