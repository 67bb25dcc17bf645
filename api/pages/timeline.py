"""Who spoke when, as rectangles over the length of the sound."""

from collections.abc import Sequence
from dataclasses import dataclass

from synapse.conversations.words import Utterance

WIDTH = 1000
SPEAKERS = ("agent", "client", "unknown")


@dataclass(frozen=True)
class Block:
    """One utterance on a lane; ``x`` and ``width`` in thousandths of the whole."""

    position: int
    x: float
    width: float


@dataclass(frozen=True)
class Lane:
    """One speaker's utterances and share of the talk."""

    speaker: str
    blocks: tuple[Block, ...]
    share: float


@dataclass(frozen=True)
class Lanes:
    """All lanes over ``duration`` seconds."""

    duration: float
    lanes: tuple[Lane, ...]


def lanes(utterances: Sequence[Utterance], duration: float | None) -> Lanes | None:
    """Arrange utterances on lanes; None where nothing was said."""
    if not utterances:
        return None
    whole = max(duration or 0.0, *(each.end for each in utterances)) or 1.0
    spoken = sum(each.end - each.start for each in utterances) or 1.0
    found = []
    for speaker in SPEAKERS:
        mine = [each for each in utterances if each.speaker == speaker]
        if not mine:
            continue
        blocks = tuple(
            Block(
                each.position,
                round(each.start / whole * WIDTH, 1),
                round(max((each.end - each.start) / whole * WIDTH, 2), 1),
            )
            for each in mine
        )
        found.append(Lane(speaker, blocks, sum(each.end - each.start for each in mine) / spoken))
    return Lanes(whole, tuple(found))
