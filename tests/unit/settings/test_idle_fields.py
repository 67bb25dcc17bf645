"""A setting that nothing acts on says so."""

import re
from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel

from api.pages.forms import fields_of
from synapse.environment import PROJECT_ROOT
from synapse.settings.base import Section
from synapse.settings.documents import SECTIONS

_FOLDERS = ("synapse", "api", "dbt_project/models")
_SUFFIXES = {".py", ".sql", ".html"}
# Code that keeps, checks, tests and shows every setting acts on none.
_KEEPERS = re.compile(r"synapse/settings/|synapse/database/|api/pages/(admin|forms)|api/templates/admin")
# What these decide is what a test button finds.
_ONLY_TESTED = {
    "integrations.storage.clock_skew_seconds",
    "integrations.database.free_connections",
}


@pytest.fixture(scope="module")
def code() -> str:
    folders = (PROJECT_ROOT / folder for folder in _FOLDERS)
    files = (path for folder in folders for path in folder.rglob("*") if path.suffix in _SUFFIXES)
    return "\n".join(
        path.read_text() for path in files if not _KEEPERS.match(str(path.relative_to(PROJECT_ROOT)))
    )


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _fields(kind: type[BaseModel], path: str) -> Iterator[str]:
    idle = kind.idle_fields() if issubclass(kind, Section) else frozenset()
    for name, field in kind.model_fields.items():
        if name in idle:
            continue
        yield f"{path}.{name}"
        for inner in _models_in(field.annotation):
            yield from _fields(inner, f"{path}.{name}")


def test_every_field_is_read_somewhere_or_says_that_it_is_idle(code: str) -> None:
    fields = [found for name, kind in SECTIONS.items() for found in _fields(kind, name)]
    unread = [
        field
        for field in fields
        if field not in _ONLY_TESTED and not re.search(rf"[.'\"]{field.rpartition('.')[2]}\b", code)
    ]
    assert len(fields) > 50
    assert unread == []


def test_idle_fields_are_there_and_are_marked_in_schema_and_form() -> None:
    marked = 0
    for name, kind in SECTIONS.items():
        properties = kind.model_json_schema()["properties"]
        assert kind.idle_fields() <= properties.keys(), name
        assert {field for field, schema in properties.items() if schema.get("x-idle")} == kind.idle_fields()
        shown = {field.name for field in fields_of(kind, {}, "ru") if field.is_idle}
        assert shown == kind.idle_fields()
        marked += len(shown)
    assert marked > 0
