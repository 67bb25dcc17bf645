"""Files of JSON lines: one object a line."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from synapse.landing.context import FileContext
from synapse.landing.records import Batch, RowError
from synapse.landing.text_lines import Block

DEEPEST = 64

Convert = Callable[[int, dict[str, Any]], Sequence[object] | None]
"""Line number and object → row."""


class JsonLinesParser:
    """Parses one file, in one or several looks.

    Args:
        convert: Makes a row of an object; None for what is no data.
    """

    def __init__(self, convert: Convert) -> None:
        self._convert = convert

    def parse(self, block: Block) -> Batch:
        """Rows of one block."""
        batch = Batch(rejects=block.rejects)
        for number, line in enumerate(block.lines, start=block.first_number):
            if not line or line.isspace():
                batch.skipped += line is not None
                continue
            try:
                row = self._convert(number, _object(line))
            except RowError as error:
                batch.reject(number, error, line)
                continue
            if row is None:
                batch.skipped += 1
            else:
                batch.rows.append(row)
        return batch

    def finish(self) -> Batch:
        """Nothing is ever left open: a line is a row."""
        return Batch()

    def suspend(self) -> None:
        """Nothing need be remembered between looks."""


def _object(line: str) -> dict[str, Any]:
    if line.count("[") + line.count("{") > DEEPEST and _depth(line) > DEEPEST:
        raise RowError("too_deep", f"The JSON is nested deeper than {DEEPEST} levels.")
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise RowError("not_json", f"The line is not JSON: {error.msg}.") from error
    if not isinstance(value, dict):
        raise RowError("not_an_object", "The line is no JSON object.")
    if "\\u0000" in line:
        raise RowError("control_characters", "The line has NUL characters.")
    return value


def _depth(line: str) -> int:
    """Greatest nesting of brackets; those inside strings count too, which only errs on the safe side."""
    depth = deepest = 0
    for character in line:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def parser_of(convert: Callable[[FileContext], Convert]) -> Callable[[FileContext], JsonLinesParser]:
    """A parser factory from a factory of converters."""
    return lambda context: JsonLinesParser(convert(context))
