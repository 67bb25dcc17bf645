"""The identity graph as arithmetic: contacts do not depend on the order in which records come."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from synapse.identity.assignment import KINDS, Assignment, Subgraph, assign
from synapse.identity.components import Integers, components

Node = tuple[str, int]
Record = tuple[Node, Node]
SHARED_FROM = 3

nodes = st.tuples(st.sampled_from(("phone", "email", "client", "session")), st.integers(0, 6))
records = st.lists(st.tuples(nodes, nodes).filter(lambda pair: pair[0] != pair[1]), max_size=30)


class Graph:
    """What Postgres remembers between refreshes, in memory."""

    def __init__(self) -> None:
        self.ids: dict[Node, int] = {}
        self.contact: dict[int, int] = {}
        self.shared: set[int] = set()
        self.links: set[tuple[int, int]] = set()
        self.numbers: Iterator[int] = itertools.count(1)

    def add(self, batch: Sequence[Record]) -> Assignment:
        new = [node for node in dict.fromkeys(itertools.chain(*batch)) if node not in self.ids]
        for node in new:
            self.ids[node] = len(self.ids) + 1
        links = {tuple(sorted((self.ids[one], self.ids[other]))) for one, other in batch} - self.links
        self.links |= links  # type: ignore[arg-type]
        touched = {self.contact[end] for link in links for end in link if end in self.contact}
        members = {self.ids[node] for node in new} | {
            node for node, contact in self.contact.items() if contact in touched
        }
        inside = [link for link in self.links if members & set(link)]
        everyone = np.array(sorted(members | {end for link in inside for end in link}), np.int64)
        kinds = {number: KINDS.index(kind) + 1 for (kind, _), number in self.ids.items()}
        outcome = assign(
            Subgraph(
                ids=everyone,
                kinds=np.array([kinds[number] for number in everyone], np.int64),
                contacts=np.array([self.contact.get(int(number), 0) for number in everyone], np.int64),
                is_shared=np.array([int(number) in self.shared for number in everyone], bool),
                is_member=np.array([int(number) in members for number in everyone], bool),
                left=np.array([link[0] for link in inside], np.int64),
                right=np.array([link[1] for link in inside], np.int64),
            ),
            SHARED_FROM,
            self._new_contacts,
        )
        for number, contact, is_shared in zip(outcome.ids, outcome.contacts, outcome.is_shared, strict=True):
            self.contact.pop(int(number), None)
            if is_shared:
                self.shared.add(int(number))
            else:
                self.contact[int(number)] = int(contact)
        return outcome

    def _new_contacts(self, count: int) -> Integers:
        return np.array([next(self.numbers) for _ in range(count)], np.int64)

    def partition(self) -> set[frozenset[Node]]:
        """Contacts as sets of identifiers."""
        groups: dict[int, set[Node]] = defaultdict(set)
        for node, number in self.ids.items():
            if number in self.contact:
                groups[self.contact[number]].add(node)
        return {frozenset(group) for group in groups.values()}


def by_hand(batch: Sequence[Record]) -> set[frozenset[Node]]:
    """The definition, spelled out: drop the shared ones, then follow the links."""
    neighbours: dict[Node, set[Node]] = defaultdict(set)
    for one, other in batch:
        neighbours[one].add(other)
        neighbours[other].add(one)

    def is_shared(node: Node) -> bool:
        kinds = [kind for kind, _ in neighbours[node]]
        return any(kinds.count(kind) > SHARED_FROM for kind in ("phone", "email"))

    left = {node for node in neighbours if not is_shared(node)}
    found = set()
    while left:
        group, frontier = set(), {left.pop()}
        while frontier:
            node = frontier.pop()
            group.add(node)
            frontier |= neighbours[node] & left
            left -= neighbours[node]
        found.add(frozenset(group))
    return found


@given(records)
def test_contacts_are_what_the_definition_says(batch: list[Record]) -> None:
    graph = Graph()
    graph.add(batch)
    assert graph.partition() == by_hand(batch)


@settings(max_examples=150)
@given(records.flatmap(lambda batch: st.tuples(st.just(batch), st.permutations(batch), st.integers(1, 7))))
def test_the_order_of_arrival_does_not_matter(case: tuple[list[Record], list[Record], int]) -> None:
    batch, shuffled, size = case
    at_once, bit_by_bit = Graph(), Graph()
    at_once.add(batch)
    for start in range(0, len(shuffled), size):
        bit_by_bit.add(shuffled[start : start + size])
    assert bit_by_bit.partition() == at_once.partition()


@given(records, records)
def test_the_older_contact_stays_and_the_younger_is_an_alias(
    first: list[Record], second: list[Record]
) -> None:
    graph = Graph()
    graph.add(first)
    before = dict(graph.contact)
    outcome = graph.add(second)
    for younger, older in outcome.merged.tolist():
        assert older < younger
        assert younger not in graph.contact.values()
        assert older in before.values()
    merged = {younger for younger, _ in outcome.merged.tolist()}
    alive = set(graph.contact.values())
    assert set(before.values()) == (alive & set(before.values())) | merged | set(outcome.emptied.tolist())


@given(records)
def test_the_same_records_again_change_nothing(batch: list[Record]) -> None:
    graph = Graph()
    graph.add(batch)
    before = dict(graph.contact)
    outcome = graph.add(batch)
    assert graph.contact == before
    assert len(outcome.ids) == 0


def test_a_company_telephone_joins_nobody() -> None:
    graph = Graph()
    graph.add([(("phone", 0), ("email", number)) for number in range(SHARED_FROM + 1)])
    assert graph.partition() == {frozenset({("email", number)}) for number in range(SHARED_FROM + 1)}
    assert graph.shared == {graph.ids["phone", 0]}


def test_when_an_identifier_turns_out_shared_its_contact_falls_apart() -> None:
    graph = Graph()
    graph.add([(("phone", 0), ("email", number)) for number in range(SHARED_FROM)])
    assert len(graph.partition()) == 1
    outcome = graph.add([(("phone", 0), ("email", SHARED_FROM))])
    assert len(graph.partition()) == SHARED_FROM + 1
    assert graph.contact[graph.ids["email", 0]] == 1  # the oldest that is left goes on as the contact
    assert len(outcome.emptied) == 0


def test_many_visits_of_one_browser_are_no_reason_to_call_it_shared() -> None:
    graph = Graph()
    graph.add([(("client", 0), ("session", number)) for number in range(50)])
    assert len(graph.partition()) == 1


@given(
    st.integers(1, 60).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
    )
)
def test_components_are_labelled_by_their_smallest_node(case: tuple[int, list[tuple[int, int]]]) -> None:
    count, edges = case
    label = list(range(count))
    for _ in range(count):
        for one, other in edges:
            label[one] = label[other] = min(label[one], label[other])
    left = np.array([one for one, _ in edges], np.int64)
    right = np.array([other for _, other in edges], np.int64)
    assert components(count, left, right).tolist() == label


def test_a_long_chain_is_one_component() -> None:
    count = 100_000
    order = np.random.default_rng(1).permutation(count)
    assert not components(count, order[:-1], order[1:]).any()
