"""Figures of a conversation from who spoke when."""

from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[float, float]

INTERRUPTION_SECONDS = 0.5
"""A turn interrupts when the other has spoken at least this long and goes on at least this long."""


@dataclass(frozen=True)
class Measures:
    """Speech of two speakers.

    Attributes:
        speech_seconds: Time in which at least one speaks.
        silence_seconds: Time in which nobody does.
        overlap_seconds: Time in which both do.
        agent_talk_ratio: The agent's share of all speech, 0 to 1; None where speakers are unknown.
        client_talk_ratio: The client's share.
        agent_interruptions: How often the agent began while the client was speaking and went on.
        client_interruptions: The other way round.
    """

    speech_seconds: float
    silence_seconds: float
    overlap_seconds: float
    agent_talk_ratio: float | None
    client_talk_ratio: float | None
    agent_interruptions: int | None
    client_interruptions: int | None


def measure(duration_seconds: float, turns: Sequence[tuple[str, float, float]]) -> Measures:
    """Compute the figures.

    Args:
        duration_seconds: Length of the recording.
        turns: (speaker, start, end) with ``agent``, ``client`` or ``unknown``.
    """
    by_speaker = {
        speaker: merged([(start, end) for who, start, end in turns if who == speaker])
        for speaker in ("agent", "client", "unknown")
    }
    agent, client = by_speaker["agent"], by_speaker["client"]
    speech = total(merged([span for spans in by_speaker.values() for span in spans]))
    overlap = total(common(agent, client))
    spoken = total(agent) + total(client)
    knows_speakers = bool(agent or client)
    return Measures(
        speech_seconds=round(speech, 2),
        silence_seconds=round(max(0.0, duration_seconds - speech), 2),
        overlap_seconds=round(overlap, 2),
        agent_talk_ratio=round(total(agent) / spoken, 4) if spoken else None,
        client_talk_ratio=round(total(client) / spoken, 4) if spoken else None,
        agent_interruptions=_interruptions(agent, client) if knows_speakers else None,
        client_interruptions=_interruptions(client, agent) if knows_speakers else None,
    )


def merged(spans: Sequence[Span]) -> list[Span]:
    """Sort spans and join those that touch."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def common(left: Sequence[Span], right: Sequence[Span]) -> list[Span]:
    """Where two lists of disjoint sorted spans overlap."""
    found: list[Span] = []
    first = second = 0
    while first < len(left) and second < len(right):
        start = max(left[first][0], right[second][0])
        end = min(left[first][1], right[second][1])
        if start < end:
            found.append((start, end))
        if left[first][1] < right[second][1]:
            first += 1
        else:
            second += 1
    return found


def total(spans: Sequence[Span]) -> float:
    """Seconds in disjoint spans."""
    return sum(end - start for start, end in spans)


def _interruptions(interrupter: Sequence[Span], speaker: Sequence[Span]) -> int:
    return sum(
        any(
            start + INTERRUPTION_SECONDS <= begin and begin + INTERRUPTION_SECONDS <= end
            for start, end in speaker
        )
        for begin, _ in interrupter
    )
