"""The difference between two documents, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synapse.settings.documents import SECTIONS


@dataclass(frozen=True)
class Change:
    """One field that differs.

    Attributes:
        path: Dotted path from the document's root, such as ``asr.beam_size``.
        before: Value before; None where there was none.
        after: Value after; None where there is none.
    """

    path: str
    before: Any
    after: Any


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return every field that differs, in the order of the newer document; lists count as one value."""
    return list(_walk(before, after, ""))


def _walk(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str) -> Iterator[Change]:
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        path = f"{prefix}{key}"
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _walk(old, new, path + ".")
        else:
            yield Change(path, old, new)


def changed_sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the sections that differ."""
    return [name for name in SECTIONS if _part(before, name) != _part(after, name)]


def _part(document: Mapping[str, Any], name: str) -> Any:
    found: Any = document
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
