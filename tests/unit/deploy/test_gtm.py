"""The GTM container and template: whole, and consistent in themselves."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "deploy" / "gtm"
ALL_PAGES = "2147479553"  # GTM's own trigger, the same in every web container
SECTIONS = [
    "TERMS_OF_SERVICE",
    "INFO",
    "TEMPLATE_PARAMETERS",
    "SANDBOXED_JS_FOR_WEB_TEMPLATE",
    "WEB_PERMISSIONS",
    "TESTS",
    "NOTES",
]


@pytest.fixture(scope="module")
def version() -> Any:
    """The container's content."""
    document = json.loads((FOLDER / "container.json").read_text())
    assert document["exportFormatVersion"] == 2
    return document["containerVersion"]


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    """The template's sections by name."""
    text = (FOLDER / "template.tpl").read_text()
    parts = re.split(r"^___([A-Z_]+)___$", text, flags=re.MULTILINE)[1:]
    assert parts[0::2] == SECTIONS
    return dict(zip(parts[0::2], parts[1::2], strict=True))


def test_every_entity_belongs_to_the_container_and_has_an_id_of_its_own(version: Any) -> None:
    owner = (version["accountId"], version["containerId"])
    for kind, key in (("tag", "tagId"), ("trigger", "triggerId"), ("variable", "variableId")):
        entities = version[kind]
        assert entities
        assert len({entity[key] for entity in entities}) == len(entities)
        assert len({entity["name"] for entity in entities}) == len(entities)
        assert {(entity["accountId"], entity["containerId"]) for entity in entities} == {owner}


def test_tags_fire_on_triggers_that_are_there(version: Any) -> None:
    known = {trigger["triggerId"] for trigger in version["trigger"]} | {ALL_PAGES}
    for tag in version["tag"]:
        assert set(tag["firingTriggerId"]) <= known


def test_every_variable_that_is_used_is_defined_and_the_other_way_round(version: Any) -> None:
    defined = {variable["name"] for variable in version["variable"]}
    used = set(re.findall(r"\{\{([^}]+)\}\}", json.dumps(version["tag"], ensure_ascii=False)))
    assert used == defined


def test_parameters_have_the_types_that_gtm_knows(version: Any) -> None:
    parameters = [
        parameter for kind in ("tag", "variable") for e in version[kind] for parameter in e["parameter"]
    ]
    for parameter in parameters:
        assert set(parameter) == {"type", "key", "value"}
        assert parameter["type"] in {"TEMPLATE", "BOOLEAN", "INTEGER"}
        assert isinstance(parameter["value"], str)


def test_the_templates_json_sections_are_json(sections: dict[str, str]) -> None:
    info = json.loads(sections["INFO"])
    assert (info["type"], info["containerContexts"]) == ("TAG", ["WEB"])
    names = {parameter["name"] for parameter in json.loads(sections["TEMPLATE_PARAMETERS"])}
    used = set(re.findall(r"\bdata\.(\w+)", sections["SANDBOXED_JS_FOR_WEB_TEMPLATE"]))
    assert used - {"gtmOnSuccess", "gtmOnFailure"} == names


def test_the_template_asks_for_the_permissions_of_what_it_calls(sections: dict[str, str]) -> None:
    needed = {
        "createArgumentsQueue": "access_globals",
        "injectScript": "inject_script",
        "isConsentGranted": "access_consent",
        "addConsentListener": "access_consent",
        "makeTableMap": None,
    }
    required = re.findall(r"require\('(\w+)'\)", sections["SANDBOXED_JS_FOR_WEB_TEMPLATE"])
    granted = {item["instance"]["key"]["publicId"] for item in json.loads(sections["WEB_PERMISSIONS"])}
    assert {needed[name] for name in required} - {None} == granted
