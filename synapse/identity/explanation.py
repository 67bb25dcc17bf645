"""Why two identifiers are one contact: the shortest chain of records and decisions between them."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from synapse.identity.statements import statement

Identifier = tuple[str, str]


@dataclass(frozen=True)
class Step:
    """One record in which two identifiers stand, or one decision of a person.

    Attributes:
        left: Kind and value of the identifier one comes from.
        right: Kind and value of the one it leads to.
        source: ``receipts``, ``messages``, ``web_events`` or ``decision``.
        record: The receipt's number, the message's channel and id, the event's id; of a decision its author.
        seen_at: When; the first time if there were many.
        reason: Of a decision, why.
    """

    left: Identifier
    right: Identifier
    source: str
    record: str | None
    seen_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class _Edge:
    one: Identifier
    other: Identifier
    source: str
    seen_at: datetime
    record: str | None
    reason: str


def explain(connection: sa.Connection, one: Identifier, other: Identifier) -> list[Step] | None:
    """Return the shortest chain from one identifier to the other; of equal ones that of the older records.

    Args:
        connection: To the warehouse.
        one: Kind and value.
        other: Kind and value.

    Returns:
        Steps in order, empty for one and the same identifier, None when they are not one contact.
    """
    edges = _edges(connection, one, other)
    if edges is None:
        return None
    beside: dict[Identifier, list[tuple[Identifier, _Edge]]] = {}
    for edge in edges:
        beside.setdefault(edge.one, []).append((edge.other, edge))
        beside.setdefault(edge.other, []).append((edge.one, edge))
    came: dict[Identifier, tuple[Identifier, _Edge] | None] = {one: None}
    waiting = deque([one])
    while waiting and other not in came:
        at = waiting.popleft()
        for neighbour, edge in beside.get(at, ()):
            if neighbour not in came:
                came[neighbour] = at, edge
                waiting.append(neighbour)
    if other not in came:
        return None
    steps: list[Step] = []
    right = other
    while (back := came[right]) is not None:
        left, edge = back
        record = edge.record or _record(connection, edge)
        steps.append(Step(left, right, edge.source, record, edge.seen_at, edge.reason))
        right = left
    return steps[::-1]


def _edges(connection: sa.Connection, one: Identifier, other: Identifier) -> list[_Edge] | None:
    given = {"kind": one[0], "value": one[1], "other_kind": other[0], "other_value": other[1]}
    contact_id = connection.scalar(statement("find_common_contact"), given)
    if contact_id is None:
        return None
    return [
        _Edge(
            (row.kind, row.value),
            (row.other_kind, row.other_value),
            row.source,
            row.seen_at,
            row.author,
            row.reason or "",
        )
        for row in connection.execute(statement("edges_of_contact"), {"contact_id": contact_id})
    ]


def _record(connection: sa.Connection, edge: _Edge) -> str | None:
    """Find the record by its time and both values; None when a later file replaced it."""
    given = {"seen_at": edge.seen_at, "values": [edge.one[1], edge.other[1]]}
    found: str | None = connection.scalar(statement(f"record_in_{edge.source}"), given)
    return found
