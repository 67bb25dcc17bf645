"""Requests' bodies made from the definitions. Keys are those of Metabase 0.63; it knows no others."""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from metabase.definitions import Card, Dashboard

_NAMESPACE = uuid.UUID("7c0d53f6-6a0e-4e0f-9d0f-0d8f6c1f5a11")
_MARK = re.compile(r"\[synapse:(?P<key>[\w/]+):(?P<print>[0-9a-f]{12})\]")
MANAGED = "Управляется файлами Synapse."


def entity_id(key: str) -> str:
    """The lasting id of an object of ours: 21 characters, as Metabase's own NanoIDs."""
    digest = hashlib.sha256(f"synapse/{key}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:21]


def fingerprint(content: object) -> str:
    """Twelve hexadecimal digits that tell contents apart."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def marked(description: str, key: str, content: object) -> str:
    """A description that also says whose the object is and what was written into it."""
    return f"{description} {MANAGED} [synapse:{key}:{fingerprint(content)}]".strip()


def mark_of(description: str | None) -> tuple[str, str] | None:
    """Key and fingerprint that stand in a description; None where it is not ours."""
    found = _MARK.search(description or "")
    return (found["key"], found["print"]) if found else None


def card_content(dashboard: Dashboard, card: Card) -> dict[str, Any]:
    """What of a card a person might change, in a form that does not depend on the server."""
    return {
        "name": card.name,
        "display": card.display,
        "sql": dashboard.sql[card.question],
        "settings": card.settings,
    }


def present_card(found: Mapping[str, Any], known_settings: Sequence[str]) -> dict[str, Any]:
    """The same of a card that Metabase has."""
    settings = found.get("visualization_settings") or {}
    return {
        "name": found["name"],
        "display": found["display"],
        "sql": _sql_of(found.get("dataset_query") or {}),
        "settings": {name: settings[name] for name in known_settings if name in settings},
    }


def _sql_of(query: Mapping[str, Any]) -> str:
    if "stages" in query:  # MBQL 5, as the server stores it
        return str(query["stages"][0].get("native", "")).strip()
    return str(query.get("native", {}).get("query", "")).strip()


def card_body(
    dashboard: Dashboard, card: Card, *, database: int, fields: Mapping[str, int], collection: int
) -> dict[str, Any]:
    """The body that makes a question, and, without ``entity_id``, changes it.

    Args:
        dashboard: Where it is defined.
        card: The question.
        database: Metabase's id of the warehouse.
        fields: ``table.column`` of schema ``bi`` → Metabase's id of the field.
        collection: Id of the collection.
    """
    types = {one.slug: one for one in dashboard.filters}
    tags = {
        slug: {
            "id": str(uuid.uuid5(_NAMESPACE, f"{card.question}/{slug}")),
            "name": slug,
            "display-name": types[slug].name,
            "type": "dimension",
            "dimension": ["field", {}, fields[column]],
            "widget-type": types[slug].type,
        }
        for slug, column in card.filters.items()
    }
    stage = {
        "lib/type": "mbql.stage/native",
        "native": dashboard.sql[card.question],
        "template-tags": tags,
    }
    return {
        "entity_id": entity_id(f"card/{card.question}"),
        "name": card.name,
        "description": marked("", f"card/{card.question}", card_content(dashboard, card)),
        "type": "question",
        "display": card.display,
        "visualization_settings": card.settings,
        "collection_id": collection,
        "dataset_query": {"lib/type": "mbql/query", "database": database, "stages": [stage]},
    }


def dashboard_content(dashboard: Dashboard, ids: Mapping[str, int]) -> dict[str, Any]:
    """What of a dashboard a person might change; cards that people added do not count."""
    return {
        "name": dashboard.name,
        "filters": [one.slug for one in dashboard.filters],
        "cards": sorted(
            [ids[card.question], card.place.col, card.place.row, card.place.width, card.place.height]
            for card in dashboard.cards
        ),
    }


def present_dashboard(found: Mapping[str, Any], mine: Sequence[int]) -> dict[str, Any]:
    """The same of a dashboard that Metabase has.

    Args:
        found: Its answer.
        mine: Ids of the cards that are defined here.
    """
    return {
        "name": found["name"],
        "filters": [one["slug"] for one in found.get("parameters") or []],
        "cards": sorted(
            [card["card_id"], card["col"], card["row"], card["size_x"], card["size_y"]]
            for card in found.get("dashcards") or []
            if card["card_id"] in mine
        ),
    }


def dashboard_body(
    dashboard: Dashboard, ids: Mapping[str, int], present: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The body that brings a dashboard to its definition and keeps the cards that people added.

    Args:
        dashboard: The definition.
        ids: Question → Metabase's id of the card.
        present: The dashboard's cards as Metabase has them.
    """
    mine = set(ids.values())
    known = {card["card_id"]: card["id"] for card in present if card["card_id"] in mine}
    cards = [
        _dashcard(card, ids[card.question], known.get(ids[card.question], -number))
        for number, card in enumerate(dashboard.cards, start=1)
    ]
    return {
        "name": dashboard.name,
        "description": marked(
            dashboard.description, f"dashboard/{dashboard.key}", dashboard_content(dashboard, ids)
        ),
        "width": "full",
        "parameters": [
            {
                "id": one.slug,
                "name": one.name,
                "slug": one.slug,
                "type": one.type,
                "sectionId": one.type.partition("/")[0],
                **({"default": one.default} if one.default else {}),
            }
            for one in dashboard.filters
        ],
        "dashcards": [*cards, *(_kept(card) for card in present if card["card_id"] not in mine)],
    }


def _dashcard(card: Card, card_id: int, dashcard_id: int) -> dict[str, Any]:
    return {
        "id": dashcard_id,
        "card_id": card_id,
        "col": card.place.col,
        "row": card.place.row,
        "size_x": card.place.width,
        "size_y": card.place.height,
        "series": [],
        "visualization_settings": {},
        "parameter_mappings": [
            {"parameter_id": slug, "card_id": card_id, "target": ["dimension", ["template-tag", slug]]}
            for slug in card.filters
        ],
    }


_DASHCARD_KEYS = (
    "id", "card_id", "action_id", "dashboard_tab_id", "col", "row", "size_x", "size_y",
    "visualization_settings", "parameter_mappings", "inline_parameters",
)  # fmt: skip


def _kept(card: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: card[key] for key in _DASHCARD_KEYS if card.get(key) is not None or key == "card_id"}
    return {**kept, "series": [{"id": one["id"]} for one in card.get("series") or []]}
