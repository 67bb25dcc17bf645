"""Which contact each identifier belongs to: shared ones to none, merges to the older, splits told apart.

Pure arithmetic over arrays; reading and writing is in :mod:`synapse.identity.graph`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synapse.identity.components import Integers, components

KINDS = ("phone", "email", "telegram", "whatsapp", "code", "client", "ga", "ym", "session")
"""Kinds of identifiers; a kind's code is its place here plus one."""

_PERSONAL = 5
_CODES = 16


@dataclass(frozen=True)
class Subgraph:
    """The identifiers that may change, and all that touches them.

    Attributes:
        ids: Identifiers in ascending order, shape (nodes,).
        kinds: Codes of their kinds, shape (nodes,).
        contacts: Contact of each so far, 0 for none, shape (nodes,).
        is_shared: Known to be shared, shape (nodes,).
        is_member: Open to change; the others are only neighbours, shape (nodes,).
        left: One end of each link as an identifier, shape (links,).
        right: The other end, shape (links,).
        is_split: Split off by hand: no link joins it, shape (nodes,); empty for none.
        merge_left: One end of each merge by hand, shape (merges,).
        merge_right: The other end; a merge joins whatever the links say, shape (merges,).
    """

    ids: Integers
    kinds: Integers
    contacts: Integers
    is_shared: NDArray[np.bool_]
    is_member: NDArray[np.bool_]
    left: Integers
    right: Integers
    is_split: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    merge_left: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    merge_right: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))


@dataclass(frozen=True)
class Assignment:
    """The outcome.

    Attributes:
        ids: Member identifiers, ascending, shape (members,).
        contacts: Contact of each, 0 for a shared one, shape (members,).
        is_shared: Whether it is shared, shape (members,).
        merged: Pairs of (younger contact, contact it went into), shape (merges, 2).
        emptied: Contacts all of whose identifiers are shared now, shape (emptied,).
        created: Contacts made anew, shape (created,).
    """

    ids: Integers
    contacts: Integers
    is_shared: NDArray[np.bool_]
    merged: Integers
    emptied: Integers
    created: Integers


def assign(graph: Subgraph, shared_from: int, new_contacts: Callable[[int], Integers]) -> Assignment:
    """Find the contacts of a subgraph's members.

    An identifier is shared when it was seen with more than ``shared_from`` others of one personal kind
    (phone, e-mail, messenger id, customer code): each of them stands for another contact. This depends on the
    links alone, not on the order in which they came, and a shared identifier stays so.

    People's decisions win over links: an identifier that was split off is joined by merges alone, and a merge
    joins even over a shared identifier, which itself still belongs to nobody.

    A contact that existed goes on where its oldest identifier is; where several meet, the oldest one stays.

    Args:
        graph: Members with every link that touches them.
        shared_from: Largest number of contacts that may hang on one identifier.
        new_contacts: Gives so many new contact ids, ascending.
    """
    left = np.searchsorted(graph.ids, graph.left)
    right = np.searchsorted(graph.ids, graph.right)
    is_shared = graph.is_shared | (graph.is_member & _ties_too_many(graph.kinds, left, right, shared_from))
    is_barred = is_shared | graph.is_split if graph.is_split.size else is_shared
    joins = ~is_barred[left] & ~is_barred[right]
    label = components(
        len(graph.ids),
        np.concatenate([left[joins], np.searchsorted(graph.ids, graph.merge_left)]),
        np.concatenate([right[joins], np.searchsorted(graph.ids, graph.merge_right)]),
    )

    living = np.flatnonzero(graph.is_member & ~is_shared)
    contact_of = np.zeros(len(graph.ids), dtype=np.int64)
    old = living[graph.contacts[living] > 0]
    known, first = np.unique(graph.contacts[old], return_index=True)
    home = label[old[first]]
    # Ascending contacts written backwards leave the oldest of each component.
    contact_of[home[::-1]] = known[::-1]
    roots = np.unique(label[living])
    homeless = roots[contact_of[roots] == 0]
    created = new_contacts(len(homeless))
    contact_of[homeless] = created

    winners = contact_of[home]
    lost = winners != known
    before = np.unique(graph.contacts[graph.is_member & (graph.contacts > 0)])
    contacts = np.where(is_shared, 0, contact_of[label])
    members = np.flatnonzero(graph.is_member)
    return Assignment(
        graph.ids[members],
        contacts[members],
        is_shared[members],
        np.column_stack([known[lost], winners[lost]]),
        np.setdiff1d(before, known),
        created,
    )


def _ties_too_many(kinds: Integers, left: Integers, right: Integers, most: int) -> NDArray[np.bool_]:
    """Count each node's distinct neighbours by personal kind; links are distinct."""
    node = np.concatenate([left, right])
    neighbour_kind = kinds[np.concatenate([right, left])]
    personal = neighbour_kind <= _PERSONAL
    slots, counts = np.unique(node[personal] * _CODES + neighbour_kind[personal], return_counts=True)
    ties = np.zeros(len(kinds), dtype=bool)
    ties[slots[counts > most] // _CODES] = True
    return ties
