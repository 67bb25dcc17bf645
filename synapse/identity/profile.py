"""A contact as a reader may see it: its identifiers, where each came from, what people decided."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from synapse.database.tables.core import contact_identifiers, contacts, identity_decisions, identity_links
from synapse.identity.decisions import Decision, decisions_of, personal_first
from synapse.identity.explanation import Step, explain
from synapse.security.masking import Masking

_MOST = 200


@dataclass(frozen=True)
class KnownIdentifier:
    """One identifier.

    Attributes:
        id: For addresses and forms, as the value is not for everybody.
        kind: ``phone``, ``email``, ….
        value: As the reader may see it.
        sources: Where it was seen with others; empty when it was only seen alone, as by a call.
        first_seen_at: First sighting.
        last_seen_at: Last sighting.
    """

    id: int
    kind: str
    value: str
    sources: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class Profile:
    """One contact.

    Attributes:
        contact_id: Its id.
        name: As the reader may see it.
        first_seen_at: First sighting of any identifier.
        last_seen_at: Last sighting.
        identifiers: The personal kinds first, 200 at most; the first one is what explanations start from.
        count: How many identifiers there are.
        decisions: What holds by hand, the newest first.
        is_waiting: A decision waits for the next refresh.
    """

    contact_id: int
    name: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    identifiers: tuple[KnownIdentifier, ...]
    count: int
    decisions: tuple[Decision, ...]
    is_waiting: bool


def contact_profile(connection: sa.Connection, contact_id: int, *, masking: Masking) -> Profile | None:
    """Read one contact; None when there is none."""
    row = connection.execute(sa.select(contacts).where(contacts.c.id == contact_id)).first()
    if row is None:
        return None
    t, links = contact_identifiers.c, identity_links.c
    sources = (
        sa.select(sa.func.array_agg(sa.distinct(links.source)))
        .where(sa.or_(links.identifier_id == t.id, links.other_id == t.id))
        .scalar_subquery()
    )
    known = connection.execute(
        sa.select(t.id, t.kind, t.value, t.first_seen_at, t.last_seen_at, sources.label("sources"))
        .where(t.contact_id == contact_id)
        .order_by(*personal_first())
        .limit(_MOST)
    ).all()
    held = decisions_of(connection, contact_id)
    waiting = sa.select(identity_decisions.c.id).where(
        ~identity_decisions.c.is_applied, identity_decisions.c.id.in_([decision.id for decision in held])
    )
    return Profile(
        contact_id=contact_id,
        name=masking.name(row.display_name),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        identifiers=tuple(
            KnownIdentifier(
                one.id,
                one.kind,
                shown(one.kind, one.value, masking),
                tuple(sorted(one.sources or ())),
                one.first_seen_at,
                one.last_seen_at,
            )
            for one in known
        ),
        count=connection.scalar(sa.select(sa.func.count()).where(t.contact_id == contact_id)) or 0,
        decisions=tuple(_shown_decision(decision, masking) for decision in held),
        is_waiting=connection.scalar(sa.select(waiting.exists())) or False,
    )


def explain_identifier(
    connection: sa.Connection, contact_id: int, identifier_id: int, *, masking: Masking
) -> list[Step] | None:
    """Why an identifier belongs to the contact: the chain from its first identifier, masked."""
    t = contact_identifiers.c
    own = sa.select(t.kind, t.value).where(t.contact_id == contact_id)
    first = connection.execute(own.order_by(*personal_first()).limit(1)).first()
    last = connection.execute(own.where(t.id == identifier_id)).first()
    if first is None or last is None:
        return None
    steps = explain(connection, (first.kind, first.value), (last.kind, last.value))
    if steps is None:
        return None
    return [
        replace(
            step,
            left=(step.left[0], shown(*step.left, masking)),
            right=(step.right[0], shown(*step.right, masking)),
            reason=masking.note(step.reason) or "",
        )
        for step in steps
    ]


def shown(kind: str, value: str, masking: Masking) -> str:
    """An identifier's value as the reader may see it."""
    if kind == "phone":
        return masking.phone(value) or ""
    if kind == "email":
        return masking.email(value) or ""
    return value if masking.shows_identifiers else f"{value[:2]}•••"


def _shown_decision(decision: Decision, masking: Masking) -> Decision:
    other = decision.other_value
    return replace(
        decision,
        value=shown(decision.kind, decision.value, masking),
        other_value=shown(decision.other_kind or "", other, masking) if other else None,
        reason=masking.note(decision.reason) or "",
    )
