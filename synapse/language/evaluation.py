"""Whether a rule of :mod:`synapse.language.expression` holds for a conversation, and where."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from synapse.language.conversation import Conversation, Utterance
from synapse.language.expression import (
    AllOf,
    AnyOf,
    Measure,
    Near,
    Node,
    Part,
    Phrase,
    Scoped,
    Side,
    Without,
)

WHOLE = -1


class Spot(NamedTuple):
    """Evidence: tokens ``start`` … ``end - 1`` of an utterance, or a measure.

    Attributes:
        at: Place of the utterance in the conversation; :data:`WHOLE` for a measure of the whole call.
        start: First token; 0 for a measure.
        end: Token after the last; 0 for a measure.
        note: A measure in words; empty for words that were said.
    """

    at: int
    start: int
    end: int
    note: str = ""


@dataclass(frozen=True)
class Talk:
    """A conversation with the phrases that were found in it.

    Attributes:
        conversation: What is judged.
        found: Where each pattern stands; patterns that stand nowhere may be absent.
    """

    conversation: Conversation
    found: Mapping[str, Sequence[Spot]]

    @cached_property
    def pauses(self) -> list[tuple[int, float]]:
        """(index of the utterance that ends it, seconds) of each silence between utterances."""
        pauses, until = [], None
        for index, utterance in enumerate(self.conversation.utterances):
            if utterance.start_seconds is None or utterance.end_seconds is None:
                continue
            if until is not None and utterance.start_seconds > until:
                pauses.append((index, utterance.start_seconds - until))
            until = max(until or 0.0, utterance.end_seconds)
        return pauses


def signs_of(node: Node) -> frozenset[str] | None:  # noqa: PLR0911  one per kind of node
    """Patterns of which one at least stands in every conversation for which a rule holds.

    None: the rule may hold without any words.
    """
    match node:
        case Phrase(pattern):
            return frozenset({pattern})
        case Measure():
            return None
        case Near(left):
            return signs_of(left)
        case Without(wanted):
            return signs_of(wanted)
        case Scoped(inner):
            return signs_of(inner)
        case AnyOf(parts):
            signs = [signs_of(part) for part in parts]
            return None if None in signs else frozenset().union(*(one for one in signs if one))
        case AllOf(parts):
            known = [one for one in map(signs_of, parts) if one is not None]
            return min(known, key=len, default=None)


def spots_of(  # noqa: PLR0911  one per kind of node
    node: Node, talk: Talk, scopes: tuple[Scoped, ...] = ()
) -> list[Spot]:
    """Return the evidence of a rule in order of the rule; none: it does not hold."""
    match node:
        case Phrase(pattern):
            return [spot for spot in talk.found.get(pattern, ()) if _is_inside(spot, talk, scopes)]
        case Measure():
            return [spot for spot in _measured(node, talk, scopes) if _is_inside(spot, talk, scopes)]
        case Near(left, right, words):
            return list(_near(spots_of(left, talk, scopes), spots_of(right, talk, scopes), words))
        case Without(wanted, unwanted):
            undone = {spot.at for part in unwanted for spot in spots_of(part, talk, scopes)}
            return [spot for spot in spots_of(wanted, talk, scopes) if spot.at not in undone]
        case AnyOf(parts):
            return [spot for part in parts for spot in spots_of(part, talk, scopes)]
        case AllOf(parts, absent):
            found: list[Spot] = []
            for part in parts:
                spots = spots_of(part, talk, scopes)
                if not spots:
                    return []
                found += spots
            return [] if any(spots_of(part, talk, scopes) for part in absent) else found
        case Scoped(inner):
            return spots_of(inner, talk, (*scopes, node))


def _near(left: Sequence[Spot], right: Sequence[Spot], words: int) -> Iterator[Spot]:
    for one in left:
        for other in right:
            between = max(other.start - one.end, one.start - other.end)
            if one.at == other.at and 0 <= between <= words:
                yield Spot(one.at, min(one.start, other.start), max(one.end, other.end))


def _is_inside(spot: Spot, talk: Talk, scopes: Sequence[Scoped]) -> bool:
    if spot.at == WHOLE or not scopes:
        return True
    utterance = talk.conversation.utterances[spot.at]
    return all(_allows(scope, spot, utterance, talk.conversation) for scope in scopes)


def _allows(scope: Scoped, spot: Spot, utterance: Utterance, conversation: Conversation) -> bool:
    if scope.side is not None and not spot.note and utterance.speaker not in (scope.side, "unknown"):
        return False
    if scope.first is not None and not _is_early(scope.first, spot.at, utterance, conversation):
        return False
    return scope.last is None or _is_late(scope.last, spot.at, utterance, conversation)


def _is_early(part: Part, index: int, utterance: Utterance, conversation: Conversation) -> bool:
    if part.unit == "utterances":
        return index < part.amount
    start, whole = utterance.start_seconds, conversation.seconds
    if part.unit == "seconds":
        return start is not None and start < part.amount
    return (
        index / len(conversation.utterances) if start is None or not whole else start / whole
    ) < part.amount


def _is_late(part: Part, index: int, utterance: Utterance, conversation: Conversation) -> bool:
    count = len(conversation.utterances)
    if part.unit == "utterances":
        return index >= count - part.amount
    end, whole = utterance.end_seconds, conversation.seconds
    if part.unit == "seconds":
        return end is not None and whole is not None and end > whole - part.amount
    return ((index + 1) / count if end is None or not whole else end / whole) > 1 - part.amount


def _measured(node: Measure, talk: Talk, scopes: Sequence[Scoped]) -> Iterator[Spot]:
    if node.name == "pause":
        yield from _paused(node, talk)
        return
    side = next((scope.side for scope in reversed(scopes) if scope.side is not None), None)
    amount = _amount(node, talk.conversation, side)
    if amount is not None and _reaches(node, amount):
        yield Spot(WHOLE, 0, 0, _note(node, amount))


def _paused(node: Measure, talk: Talk) -> Iterator[Spot]:
    if node.at_least:
        for index, seconds in talk.pauses:
            if _reaches(node, seconds):
                yield Spot(index, 0, 0, _note(node, seconds))
    elif any(one.start_seconds is not None for one in talk.conversation.utterances):
        longest = max((seconds for _, seconds in talk.pauses), default=0.0)
        if _reaches(node, longest):
            yield Spot(WHOLE, 0, 0, _note(node, longest))


def _amount(node: Measure, conversation: Conversation, side: Side | None) -> float | None:
    """The measure as stored with the transcript; None where nobody measured it."""
    sound = conversation.sound
    if sound is None:
        return None
    if node.name == "silence":
        return sound.silence_seconds
    if node.name == "overlap":
        return sound.overlap_seconds
    if node.name == "talk":
        return sound.agent_talk_ratio if side == "agent" else sound.client_talk_ratio
    by_side = {"agent": sound.agent_interruptions, "client": sound.client_interruptions}
    counted = [number for who, number in by_side.items() if side in (None, who) and number is not None]
    return float(sum(counted)) if counted else None


def _reaches(node: Measure, amount: float) -> bool:
    if node.at_least:
        return amount > node.amount if node.is_strict else amount >= node.amount
    return amount < node.amount if node.is_strict else amount <= node.amount


def _note(node: Measure, amount: float) -> str:
    if node.name == "talk":
        return f"доля речи {amount:.0%}".replace("%", "\u00a0%")
    if node.name == "interruptions":
        return f"перебиваний: {amount:.0f}"
    name = {"pause": "пауза", "silence": "тишина всего", "overlap": "говорят разом"}[node.name]
    return f"{name} {amount:.0f}\u00a0с"
