"""The identity graph: identifiers seen in one record belong to one contact.

A refresh reads what has landed since the last one, reduces it to distinct identifiers and pairs in Postgres,
works out the contacts of the touched part of the graph over arrays, and writes the difference, all in one
transaction: a killed refresh leaves nothing behind, and one without news changes nothing.
"""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
import structlog

from synapse.database.locks import try_exclusively
from synapse.database.reading_marks import begin_reading, finish_reading
from synapse.database.tables.core import contact_aliases
from synapse.identity.assignment import KINDS, Assignment, Subgraph, assign
from synapse.identity.bulk import read_columns, write_columns
from synapse.identity.components import Integers
from synapse.identity.phones import parse_phone
from synapse.identity.statements import statement
from synapse.operations.work import request_work
from synapse.settings.sections import Settings

_READER = "contacts"
_SOURCES = ("call_records", "receipts", "messages", "web_events")
# Later than any record: nothing is read.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# What browsers and forms send when they have nothing to say.
_MEANINGLESS = ["undefined", "null", "none", "nan", "unknown", "(not set)", "0", "-", "false", "true"]
# After so many new rows the planner has to look at the tables again, before autovacuum comes round to it.
_MANY = 50_000
_log = structlog.get_logger()


@dataclass(frozen=True)
class GraphOutcome:
    """What one refresh did.

    Attributes:
        identifiers_new: Identifiers seen for the first time.
        links_new: Pairs seen for the first time.
        contacts_new: Contacts made.
        contacts_merged: Contacts that went into an older one.
        identifiers_shared: Identifiers that turned out to be shared.
        seconds: Wall time.
    """

    identifiers_new: int = 0
    links_new: int = 0
    contacts_new: int = 0
    contacts_merged: int = 0
    identifiers_shared: int = 0
    seconds: float = 0.0

    def figures(self) -> dict[str, int | float]:
        """Return the figures by name."""
        return {**vars(self), "seconds": round(self.seconds, 2)}


def refresh_contacts(engine: sa.Engine, settings: Settings) -> GraphOutcome:
    """Bring ``core.contacts`` and its kin up to date with what has landed.

    Two refreshes at once would make two contacts of one person: the caller sees to it that there is one.

    Args:
        engine: Of the warehouse.
        settings: For the longest internal number and the bound of shared identifiers.
    """
    began = time.monotonic()
    with engine.begin() as connection:
        connection.execute(statement("set_memory"))
        readings = {source: begin_reading(connection, _READER, f"raw.{source}") for source in _SOURCES}
        outcome = _bring_up(connection, {name: reading.since for name, reading in readings.items()}, settings)
        for source, reading in readings.items():
            finish_reading(connection, _READER, f"raw.{source}", reading)
    outcome = replace(outcome, seconds=time.monotonic() - began)
    _log.info("contacts_refreshed", **outcome.figures())
    return outcome


def apply_decisions(connection: sa.Connection, settings: Settings) -> GraphOutcome:
    """Make the contacts follow what people decided, in the caller's transaction and without reading records.

    The same rule as for :func:`refresh_contacts`: no refresh may run beside it.
    """
    connection.execute(statement("set_memory"))
    return _bring_up(connection, dict.fromkeys(_SOURCES, _NEVER), settings)


def follow_decisions(connection: sa.Connection, settings: Settings, *, asked_by: str) -> None:
    """Let what depends on people's decisions follow them, in the caller's transaction.

    The contacts do so at once or, while a refresh of them runs, with the next one; the marts by a run that is
    asked for here.
    """
    if try_exclusively(connection, "contacts"):
        apply_decisions(connection, settings)
    request_work(connection, "refresh", requested_by=asked_by)


def _bring_up(connection: sa.Connection, since: dict[str, datetime], settings: Settings) -> GraphOutcome:
    _gather(connection, since, settings.integrations.asterisk.internal_number_max_digits)
    assignment = assign(
        _read_subgraph(connection),
        settings.thresholds.shared_identifier_contacts,
        lambda count: _new_contacts(connection, count),
    )
    return GraphOutcome(
        **_write(connection, assignment),
        contacts_new=len(assignment.created),
        contacts_merged=len(assignment.merged),
        identifiers_shared=int(np.sum(assignment.is_shared)),
    )


def _gather(connection: sa.Connection, since: dict[str, datetime], internal_digits: int) -> None:
    """Fill temporary tables with what is new, then number it and find whom it touches."""
    given: dict[str, Any] = {f"since_{source}": moment for source, moment in since.items()} | {
        "internal_digits": internal_digits,
        "kinds": list(KINDS),
        "meaningless": _MEANINGLESS,
    }
    for name in ("seen_in_calls", "seen_in_receipts", "seen_in_messages", "seen_on_the_web"):
        _run(connection, name, given)
    _parse_numbers(connection)
    for name in (
        "gather_identifiers",
        "gather_names",
        "analyze_gathered",
        "number_identifiers",
        "analyze_seen",
        "number_web_identifiers",
        "gather_links",
        "analyze_links",
        "gather_decided",
        "gather_members",
        "analyze_members",
        "gather_subgraph_links",
        "gather_merges",
        "gather_splits",
        "gather_neighbours",
    ):
        _run(connection, name, given)


def _run(connection: sa.Connection, name: str, given: dict[str, Any]) -> None:
    step = statement(name)
    names = step.compile().params.keys()
    connection.execute(step, {key: given[key] for key in names})


def _parse_numbers(connection: sa.Connection) -> None:
    """Bring the distinct numbers of calls to E.164; several spellings of one number are one."""
    connection.execute(statement("create_call_identifiers"))
    numbers = connection.execute(statement("call_numbers"))
    rows = [
        {
            "value": phone,
            "first": row.first_seen_at,
            "last": row.last_seen_at,
            "name": row.name,
            "at": row.name_seen_at,
        }
        for row in numbers
        if (phone := parse_phone(row.number)) is not None
    ]
    if rows:
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        connection.execute(statement("write_call_identifiers"), columns)


def _read_subgraph(connection: sa.Connection) -> Subgraph:
    kind = "array_position(array[{}], kind)".format(", ".join(f"'{name}'" for name in KINDS))
    ids, kinds, contact_ids = read_columns(connection, "members", ["id", kind, "contact_id"])
    other_ids, other_kinds = read_columns(connection, "neighbours", ["id", kind])
    left, right = read_columns(connection, "subgraph_links", ["identifier_id", "other_id"])
    merge_left, merge_right = read_columns(connection, "decided_merges", ["id", "other_id"])
    (split,) = read_columns(connection, "decided_splits", ["id"])
    nodes = np.concatenate([ids, other_ids])
    order = np.argsort(nodes, kind="stable")
    is_member = np.arange(len(nodes)) < len(ids)
    return Subgraph(
        ids=nodes[order],
        kinds=np.concatenate([kinds, other_kinds])[order],
        contacts=np.concatenate([contact_ids, np.zeros(len(other_ids), np.int64)])[order],
        is_shared=~is_member[order],
        is_member=is_member[order],
        left=left,
        right=right,
        is_split=np.isin(nodes[order], split),
        merge_left=merge_left,
        merge_right=merge_right,
    )


def _new_contacts(connection: sa.Connection, count: int) -> Integers:
    if count == 0:
        return np.empty(0, np.int64)
    connection.execute(statement("take_contact_numbers"), {"count": count})
    (numbers,) = read_columns(connection, "taken_numbers", ["id"])
    return np.sort(numbers)


def _write(connection: sa.Connection, assignment: Assignment) -> dict[str, int]:
    write_columns(
        connection,
        "assigned",
        {
            "id": assignment.ids,
            "contact_id": assignment.contacts,
            "is_shared": assignment.is_shared.astype(np.int64),
        },
    )
    connection.execute(statement("analyze_assigned"))
    written = connection.execute(statement("write_identifiers")).rowcount
    links = connection.execute(statement("write_links")).rowcount
    for name in ("move_identifiers", "see_identifiers_again", "gather_changed_contacts", "write_contacts"):
        connection.execute(statement(name))
    younger, older = assignment.merged[:, 0].tolist(), assignment.merged[:, 1].tolist()
    if younger:
        connection.execute(statement("merge_aliases"), {"younger": younger, "older": older})
    if younger or len(assignment.emptied):
        connection.execute(
            statement("drop_contacts"), {"merged": younger, "emptied": assignment.emptied.tolist()}
        )
    connection.execute(statement("apply_decisions"))
    if written + links > _MANY:
        connection.execute(statement("analyze_graph"))
    return {"identifiers_new": written, "links_new": links}


def resolve_contact(connection: sa.Connection, contact_id: int) -> int:
    """Return the contact that ``contact_id`` is today: itself, or the one it was merged into."""
    alias = sa.select(contact_aliases.c.contact_id).where(contact_aliases.c.alias_id == contact_id)
    return int(connection.execute(alias).scalar_one_or_none() or contact_id)
