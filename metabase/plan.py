"""What stands in Metabase against what should: what to make, to change, and what people changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from metabase import bodies
from metabase.definitions import Card, Dashboard

Action = Literal["create", "update", "keep", "drifted", "retired"]


@dataclass(frozen=True)
class Step:
    """One object and what is to be done with it.

    Attributes:
        kind: ``card`` or ``dashboard``.
        key: Its name in the files.
        action: ``drifted``: a person changed it, it stays unless overwriting is asked for; ``retired``: the
            files no longer know it, it stays unless archiving is asked for.
        id: Metabase's id; None while it is not there.
    """

    kind: Literal["card", "dashboard"]
    key: str
    action: Action
    id: int | None = None


def card_step(dashboard: Dashboard, card: Card, found: Mapping[str, Any] | None) -> Step:
    """Compare one question."""
    if found is None:
        return Step("card", card.question, "create")
    wanted = bodies.card_content(dashboard, card)
    present = bodies.present_card(found, list(card.settings))
    action = _action(found.get("description"), wanted, present)
    return Step("card", card.question, action, found["id"])


def dashboard_step(dashboard: Dashboard, ids: Mapping[str, int], found: Mapping[str, Any] | None) -> Step:
    """Compare one dashboard; ``ids`` lacks questions that are yet to be made."""
    if found is None:
        return Step("dashboard", dashboard.key, "create")
    if any(card.question not in ids for card in dashboard.cards):
        return Step("dashboard", dashboard.key, "update", found["id"])
    wanted = bodies.dashboard_content(dashboard, ids)
    present = bodies.present_dashboard(found, list(ids.values()))
    action = _action(found.get("description"), wanted, present)
    return Step("dashboard", dashboard.key, action, found["id"])


def _action(description: str | None, wanted: object, present: object) -> Action:
    if present == wanted:
        return "keep"
    mark = bodies.mark_of(description)
    # What was written last has another fingerprint than what is there: somebody else changed it since.
    return "update" if mark and mark[1] == bodies.fingerprint(present) else "drifted"
