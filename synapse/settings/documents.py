"""The document of all sections: sections by name, old documents brought up to date."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from synapse.errors import SynapseError
from synapse.settings.base import Section
from synapse.settings.sections import Settings


class UnknownSectionError(SynapseError):
    """No section has this name."""


class Rename(NamedTuple):
    """A field that moved: dotted paths from the document's root."""

    old: str
    new: str


# Fields that were renamed after a release, oldest first. Old documents and imports pass through it.
RENAMES: tuple[Rename, ...] = ()


def _named(model: type[Section], prefix: str = "") -> dict[str, type[Section]]:
    found: dict[str, type[Section]] = {}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if not (isinstance(kind, type) and issubclass(kind, Section)):
            continue
        if name == "integrations":
            found |= _named(kind, "integrations.")
        else:
            found[prefix + name] = kind
    return found


SECTIONS: Mapping[str, type[Section]] = _named(Settings)


def section_kind(name: str) -> type[Section]:
    """Return the model of a section by its dotted name, such as ``asr`` or ``integrations.mail``.

    Raises:
        UnknownSectionError: There is no such section.
    """
    kind = SECTIONS.get(name)
    if kind is None:
        raise UnknownSectionError(
            f"There is no section of settings called {name[:80]!r}.",
            hint="The sections are " + ", ".join(SECTIONS) + ".",
        )
    return kind


def section_of(settings: Settings, name: str) -> Section:
    """Return one section of the settings by its dotted name."""
    section_kind(name)
    found: Any = settings
    for part in name.split("."):
        found = getattr(found, part)
    assert isinstance(found, Section)
    return found


def place(document: Mapping[str, Any], name: str, values: object) -> dict[str, Any]:
    """Return a copy of the document in which the section ``name`` has other values."""
    section_kind(name)
    made = inner = dict(document)
    *parents, last = name.split(".")
    for part in parents:
        below = inner.get(part)
        inner[part] = dict(below) if isinstance(below, Mapping) else {}
        inner = inner[part]
    inner[last] = values
    return made


def dump(settings: Settings) -> dict[str, Any]:
    """Return the document as JSON values."""
    return settings.model_dump(mode="json")


def bring_up_to_date(document: Mapping[str, Any], renames: Iterable[Rename] = RENAMES) -> dict[str, Any]:
    """Return a document of an earlier release under today's names.

    A value that already stands under the new name wins.
    """
    made = deepcopy(dict(document))
    for rename in renames:
        *parents, last = rename.old.split(".")
        holder = _inner(made, parents)
        if holder is None or last not in holder:
            continue
        value = holder.pop(last)
        *parents, last = rename.new.split(".")
        target: dict[str, Any] = made
        for part in parents:
            target = target.setdefault(part, {})
        target.setdefault(last, value)
    return made


def _inner(document: dict[str, Any], parents: Sequence[str]) -> dict[str, Any] | None:
    found: Any = document
    for part in parents:
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found if isinstance(found, dict) else None
