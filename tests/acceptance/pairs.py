"""Who is said to be one with whom, as pairs of identifiers: the usual measure of entity resolution."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

Identifier = tuple[str, str]
Pair = frozenset[Identifier]


def pairs(rows: Iterable[tuple[str, Identifier]]) -> set[Pair]:
    """All pairs within the same group.

    Args:
        rows: (group, (kind, value)).
    """
    groups: dict[str, set[Identifier]] = defaultdict(set)
    for group, identifier in rows:
        groups[group].add(identifier)
    return {frozenset(pair) for group in groups.values() for pair in combinations(sorted(group), 2)}


def f1(found: set[Pair], expected: set[Pair]) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * len(found & expected) / (len(found) + len(expected))
