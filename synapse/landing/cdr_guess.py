"""The columns of a headless custom CDR file that nobody described, told from what stands in them.

``cdr_custom`` files begin with the columns of ``Master.csv`` in nearly every published mapping; what follows
is the administrator's. A column whose meaning does not show is kept under a number.
"""

import re
from collections.abc import Callable, Sequence

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
_UNIQUEID = re.compile(r"(?:[\w-]+-)?\d{9,}\.\d+")
_SOUND = re.compile(r".+\.(wav|WAV|wav49|gsm|mp3|ogg|opus)")
_MIN_SHARE = 0.9

Column = Sequence[tuple[str, list[str]]]
"""Non-empty values of one column, each with its whole row."""


def _all(pattern: re.Pattern[str]) -> Callable[[Column], bool]:
    return lambda column: all(pattern.fullmatch(value) for value, _ in column)


def _same_as(other: Callable[[list[str]], str]) -> Callable[[Column], bool]:
    def looks_the_same(column: Column) -> bool:
        same = sum(value == other(row) for value, row in column)
        return same >= _MIN_SHARE * len(column)

    return looks_the_same


def _name_of_clid(row: list[str]) -> str:
    return row[4].partition("<")[0].strip().strip('"')


def _is_sequence(column: Column) -> bool:
    values = [value for value, _ in column]
    return len(values) > 1 and len(set(values)) == len(values) and all(value.isdecimal() for value in values)


def _is_number(column: Column) -> bool:
    return all(value.lstrip("+").isdecimal() and len(value) >= 3 for value, _ in column)


_SIGNS: tuple[tuple[str, Callable[[Column], bool]], ...] = (
    ("linkedid", _all(_UNIQUEID)),
    ("recordingfile", _all(_SOUND)),
    ("cnum", _same_as(lambda row: row[1])),
    ("cnam", _same_as(_name_of_clid)),
    ("sequence", _is_sequence),
    ("did", _is_number),
)


def guess_columns(rows: Sequence[list[str]], master: Sequence[str]) -> tuple[str, ...] | None:
    """Name the columns of rows that begin like ``Master.csv`` and go on.

    Args:
        rows: The first rows of the file, cells as text; rows of another width than the most common are
            passed over.
        master: Names of the 18 standard columns.

    Returns:
        One name a column, or None where the rows do not begin with the standard columns.
    """
    widths = [len(row) for row in rows]
    width = max(set(widths), key=widths.count, default=0)
    alike = [row for row in rows if len(row) == width]
    standard = [row for row in alike if _begins_as_master(row)]
    if width <= len(master) or len(standard) < _MIN_SHARE * len(alike):
        return None
    names = list(master)
    for place in range(len(master), width):
        column = [(row[place], row) for row in standard if row[place]]
        found = (name for name, fits in _SIGNS if column and name not in names and fits(column))
        names.append(next(found, f"column_{place + 1}"))
    return tuple(names)


def _begins_as_master(row: list[str]) -> bool:
    return bool(
        len(row) > 17
        and _MOMENT.fullmatch(row[9])
        and _MOMENT.fullmatch(row[11])
        and _UNIQUEID.fullmatch(row[16])
    )
