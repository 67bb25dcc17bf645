"""What people decide about contacts: merge two, split an identifier off, take either back.

A decision is kept by the identifiers' kinds and values, not by ids, so that it outlives a rebuild of the
graph; the next refresh, or :func:`synapse.identity.graph.apply_decisions`, makes the contacts follow it.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from synapse.database.tables.core import contact_identifiers, identity_decisions
from synapse.errors import SynapseError
from synapse.security.audit import Actor, record

_KINDS = ("phone", "email", "code", "telegram", "whatsapp", "client", "ga", "ym", "session")
_SHORTEST_REASON = 3


class DecisionError(SynapseError):
    """A decision about contacts that cannot be taken."""


@dataclass(frozen=True)
class Decision:
    """One decision that holds.

    Attributes:
        id: For taking it back.
        verdict: ``merge`` or ``split``.
        kind: Kind of the identifier.
        value: Its value.
        other_kind: Of a merge, the other identifier's kind.
        other_value: Its value.
        author: Login name.
        reason: In the author's words.
        decided_at: When.
    """

    id: int
    verdict: str
    kind: str
    value: str
    other_kind: str | None
    other_value: str | None
    author: str
    reason: str
    decided_at: datetime


def merge_contacts(
    connection: sa.Connection, contact_id: int, other_id: int, *, actor: Actor, reason: str
) -> int:
    """Decide that two contacts are one person; returns the decision's id.

    Raises:
        DecisionError: They are the same contact already, or one of them does not exist.
    """
    if contact_id == other_id:
        raise DecisionError("These are one contact already.", hint="Choose another contact.")
    one, other = _anchor(connection, contact_id), _anchor(connection, other_id)
    return _decide(connection, "merge", one, other, actor, reason)


def split_identifier(connection: sa.Connection, kind: str, value: str, *, actor: Actor, reason: str) -> int:
    """Decide that an identifier is not this person's: no record joins it again; returns the decision's id.

    Merges by hand that hang on it are taken back.

    Raises:
        DecisionError: No contact has it, or it has been split off already, or it is the only one.
    """
    t = contact_identifiers.c
    contact_id = connection.scalar(sa.select(t.contact_id).where(t.kind == kind, t.value == value))
    if contact_id is None:
        raise DecisionError("No contact has this identifier.", hint="Load the page again.")
    if connection.scalar(sa.select(sa.func.count()).where(t.contact_id == contact_id)) == 1:
        raise DecisionError("This is the contact's only identifier.", hint="There is nothing to split.")
    d = identity_decisions.c
    own = sa.or_(
        sa.and_(d.kind == kind, d.value == value), sa.and_(d.other_kind == kind, d.other_value == value)
    )
    hanging = connection.scalars(
        sa.select(d.id).where(own, d.verdict == "merge", d.revoked_at.is_(None))
    ).all()
    for decision_id in hanging:
        revoke_decision(connection, decision_id, actor=actor)
    held = connection.scalar(sa.select(d.id).where(own, d.verdict == "split", d.revoked_at.is_(None)))
    return held or _decide(connection, "split", (kind, value), None, actor, reason)


def identifier_of(connection: sa.Connection, contact_id: int, identifier_id: int) -> tuple[str, str]:
    """Kind and value of one of a contact's identifiers.

    Raises:
        DecisionError: The contact has no such identifier.
    """
    t = contact_identifiers.c
    row = connection.execute(
        sa.select(t.kind, t.value).where(t.id == identifier_id, t.contact_id == contact_id)
    ).first()
    if row is None:
        raise DecisionError("This contact has no such identifier.", hint="Load the page again.")
    return row.kind, row.value


def revoke_decision(connection: sa.Connection, decision_id: int, *, actor: Actor) -> None:
    """Take a decision back; evidence counts again.

    Raises:
        DecisionError: It does not hold.
    """
    d = identity_decisions.c
    changed = connection.execute(
        sa.update(identity_decisions)
        .where(d.id == decision_id, d.revoked_at.is_(None))
        .values(revoked_at=sa.func.now(), revoked_by=actor.name, is_applied=False)
    )
    if changed.rowcount == 0:
        raise DecisionError("This decision does not hold any more.", hint="Load the page again.")
    record(connection, actor, "identity.revoke", f"decision {decision_id}")


def decisions_of(connection: sa.Connection, contact_id: int) -> list[Decision]:
    """Decisions that hold and name an identifier of the contact, the newest first."""
    d, t = identity_decisions.c, contact_identifiers.c
    names = sa.or_(
        sa.and_(t.kind == d.kind, t.value == d.value),
        sa.and_(t.kind == d.other_kind, t.value == d.other_value),
    )
    shown = [column for column in d if column.name in Decision.__dataclass_fields__]
    query = (
        sa.select(*shown)
        .where(d.revoked_at.is_(None), sa.exists().where(names, t.contact_id == contact_id))
        .order_by(d.decided_at.desc(), d.id.desc())
    )
    return [Decision(**row) for row in connection.execute(query).mappings()]


def personal_first() -> tuple[sa.ColumnElement[int], ...]:
    """Order of a contact's identifiers: the most personal kind first, then the oldest."""
    t = contact_identifiers.c
    rank = sa.func.array_position(sa.cast(list(_KINDS), sa.ARRAY(sa.Text)), t.kind)
    return rank, t.first_seen_at, t.id


def _anchor(connection: sa.Connection, contact_id: int) -> tuple[str, str]:
    """The identifier by which a contact is meant: the most personal kind, the first seen."""
    t = contact_identifiers.c
    row = connection.execute(
        sa.select(t.kind, t.value).where(t.contact_id == contact_id).order_by(*personal_first())
    ).first()
    if row is None:
        raise DecisionError(f"There is no contact {contact_id}.", hint="Choose another contact.")
    return row.kind, row.value


def _decide(
    connection: sa.Connection,
    verdict: str,
    one: tuple[str, str],
    other: tuple[str, str] | None,
    actor: Actor,
    reason: str,
) -> int:
    words = reason.strip()[:500]
    if len(words) < _SHORTEST_REASON:
        raise DecisionError("A decision needs a reason.", hint="Write in a few words how you know.")
    kind, value = one
    decision_id = connection.execute(
        sa.insert(identity_decisions)
        .values(
            verdict=verdict,
            kind=kind,
            value=value,
            other_kind=other[0] if other else None,
            other_value=other[1] if other else None,
            author=actor.name,
            reason=words,
        )
        .returning(identity_decisions.c.id)
    ).scalar_one()
    # Kinds only: the audit log is read by people who need not know the identifiers themselves.
    kinds = {"kind": kind, "other_kind": other[0] if other else None, "reason": words}
    record(connection, actor, f"identity.{verdict}", f"decision {decision_id}", after=kinds)
    return int(decision_id)
