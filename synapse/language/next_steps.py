"""Who promised what, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from synapse.language.conversation import Conversation, Speaker, Utterance
from synapse.language.dates import Moment, find_moments
from synapse.language.rules import Hit
from synapse.language.working_time import WorkingTime

Action = Literal["call_back", "send", "visit", "other"]

_ACTIONS: dict[str, Action] = {
    "call_back": "call_back",
    "send": "send",
    "visit": "visit",
    "visit_if_dated": "visit",
    "other_if_dated": "other",
}
_REQUESTS: dict[str, Action] = {"ask_call_back": "call_back", "ask_send": "send"}
_ANSWER_WITHIN = 2
_AT_ONCE = frozenset({"сейчас", "прямо", "сразу"})


@dataclass(frozen=True)
class NextStep:
    """A promise.

    Attributes:
        who: Who promised.
        action: What: call_back, send, visit, other.
        phrase: The words that promise.
        promised_at: When they were said.
        due_at: By when; None when no time was named.
        segment: Position of the utterance.
    """

    who: Speaker
    action: Action
    phrase: str
    promised_at: datetime
    due_at: datetime | None
    segment: int


def find_next_steps(conversation: Conversation, hits: Sequence[Hit], hours: WorkingTime) -> list[NextStep]:
    """Return the promises in order of time.

    Of several promises of one action by one person the last that names a time stands, as people agree on a
    time step by step. A client's request counts as the agent's promise when the agent answers it with a yes.
    An utterance without a known time of day promises nothing that could be judged, and is left out.
    """
    promises = [hit for hit in hits if hit.rule.field == "promise" and hit.utterance.said_at is not None]
    steps = [step for hit in promises if (step := _promise(hit, conversation, hours)) is not None]
    steps = _without_doubles(steps)
    for hit in promises:
        step = _granted(hit, promises, conversation, hours)
        if step is not None and not any(_is_same(step, other) for other in steps):
            steps.append(step)
    return sorted(steps, key=lambda step: step.segment)


def _promise(hit: Hit, conversation: Conversation, hours: WorkingTime) -> NextStep | None:
    action = _ACTIONS.get(hit.rule.value)
    utterance = hit.utterance
    if action is None or utterance.said_at is None:
        return None
    own = _moments(utterance, hours)
    if hit.rule.value == "visit_if_dated" and not any(0 <= moment.start - hit.end <= 1 for moment in own):
        return None
    if hit.rule.value == "other_if_dated" and not [one for one in own if not _is_at_once(one, utterance)]:
        return None
    nearest = _nearest(own, hit) if own else _from_neighbours(hit, conversation, hours)
    end = max(hit.end, nearest.end) if nearest and own else hit.end
    start = min(hit.start, nearest.start) if nearest and own else hit.start
    return NextStep(
        utterance.speaker,
        action,
        utterance.words.phrase(start, end),
        utterance.said_at,
        nearest.due_at if nearest else None,
        utterance.position,
    )


def _moments(utterance: Utterance, hours: WorkingTime) -> list[Moment]:
    if utterance.said_at is None:
        return []
    return find_moments(utterance.words.tokens, now=utterance.said_at, hours=hours)


def _is_at_once(moment: Moment, utterance: Utterance) -> bool:
    return utterance.words.tokens[moment.start] in _AT_ONCE


def _nearest(moments: Sequence[Moment], hit: Hit) -> Moment:
    """Of several moments the one nearest to the promise; "сейчас" only if there is no other."""
    later = [moment for moment in moments if not _is_at_once(moment, hit.utterance)] or list(moments)
    return min(
        later, key=lambda moment: (max(moment.start - hit.end, hit.start - moment.end, 0), -moment.start)
    )


def _from_neighbours(hit: Hit, conversation: Conversation, hours: WorkingTime) -> Moment | None:
    """The time may stand in the speaker's next utterance, or in the client's question before."""
    utterances = conversation.utterances
    index = utterances.index(hit.utterance)
    if index + 1 < len(utterances) and utterances[index + 1].speaker == hit.utterance.speaker:
        following = _moments(utterances[index + 1], hours)
        if following:
            return following[0]
    if index > 0 and hit.utterance.speaker == "agent" and utterances[index - 1].speaker == "client":
        before = _moments(utterances[index - 1], hours)
        if before:
            return before[-1]
    return None


def _without_doubles(steps: Sequence[NextStep]) -> list[NextStep]:
    kept: dict[tuple[Speaker, Action], NextStep] = {}
    for step in steps:
        before = kept.get((step.who, step.action))
        if before is None or step.due_at is not None:
            kept[step.who, step.action] = step
    others = {step.segment for step in kept.values() if step.action != "other"}
    return [step for step in kept.values() if step.action != "other" or step.segment not in others]


def _granted(
    hit: Hit, promises: Sequence[Hit], conversation: Conversation, hours: WorkingTime
) -> NextStep | None:
    """A request of the client that the agent agreed to."""
    action = _REQUESTS.get(hit.rule.value)
    if action is None or hit.utterance.speaker != "client" or hit.utterance.said_at is None:
        return None
    index = conversation.utterances.index(hit.utterance)
    answers = conversation.utterances[index + 1 : index + 1 + _ANSWER_WITHIN]
    yes = next(
        (
            other
            for other in promises
            if other.rule.value == "agreement" and any(other.utterance is answer for answer in answers)
        ),
        None,
    )
    if yes is None or yes.utterance.said_at is None:
        return None
    moments = _moments(hit.utterance, hours)
    nearest = _nearest(moments, hit) if moments else None
    start, end = (
        (min(hit.start, nearest.start), max(hit.end, nearest.end)) if nearest else (hit.start, hit.end)
    )
    return NextStep(
        "agent",
        action,
        hit.utterance.words.phrase(start, end),
        yes.utterance.said_at,
        nearest.due_at if nearest else None,
        hit.utterance.position,
    )


def _is_same(step: NextStep, other: NextStep) -> bool:
    return (step.who, step.action) == (other.who, other.action)
