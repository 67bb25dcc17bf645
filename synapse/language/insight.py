"""All labels of one conversation, made by rules alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from synapse.language.conversation import Conversation
from synapse.language.intent import Intent, IntentVerdict, judge_intent
from synapse.language.money import find_amounts
from synapse.language.names import find_client_names
from synapse.language.next_steps import NextStep, find_next_steps
from synapse.language.quality import ChecklistItem, fill_checklist, quality_score
from synapse.language.rules import Hit, RuleBook
from synapse.language.summary import summarise
from synapse.language.toxicity import Toxicity, judge_toxicity
from synapse.language.working_time import WorkingTime

Sentiment = Literal["positive", "neutral", "negative"]

_MOOD_FROM = 0.4
_OUTCOME_AT_THE_END = 8
_SAID_OUTCOMES = ("deal", "resolved", "thinking", "informed")


@dataclass(frozen=True)
class Evidence:
    """Why a label was given: the words and where they stand.

    Attributes:
        field: What it labels.
        value: The label.
        segment: Position of the utterance; None for a measure of the whole call.
        phrase: The words as said, or the measure in words.
        rule: Name of the company's rule; None for the shipped rules.
        span: Place of the phrase in the utterance's text, in characters; None where it has no words.
    """

    field: str
    value: str | int
    segment: int | None
    phrase: str
    rule: str | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Insight:
    """Labels of one conversation; the fields are those of ``core.insights``."""

    intent: Intent
    intent_confidence: float
    is_sales_enquiry: bool
    topics: list[str]
    is_complaint: bool
    toxicity: float
    toxicity_phrase: str | None
    quality_score: float | None
    sentiment: Sentiment
    outcome: str | None
    objection: str | None
    summary: str
    checklist: list[ChecklistItem]
    evidence: list[Evidence]
    next_steps: list[NextStep] = field(default_factory=list)


def understand(conversation: Conversation, rules: RuleBook, hours: WorkingTime) -> Insight:
    """Label a conversation.

    Args:
        conversation: Utterances in order of time.
        rules: The compiled lexicons.
        hours: The company's zone and working hours, for due times.
    """
    hits = rules.hits(conversation)
    verdict = judge_intent(hits, conversation.channel)
    steps = find_next_steps(conversation, hits, hours)
    toxicity = judge_toxicity(conversation, hits, rules.allowed)
    checklist = fill_checklist(conversation, hits, steps, verdict.intent, rules.company.expected)
    stops = _of(hits, "stop")
    penalty = rules.company.stop_points * len({hit.rule.value for hit in stops})
    topics = list(dict.fromkeys(hit.rule.value for hit in hits if hit.rule.field == "topic"))
    amounts = _amounts(conversation)
    objection = next((hit for hit in hits if hit.rule.field == "objection"), None)
    outcome, outcome_hit = _outcome(conversation, hits, steps)
    evidence = [
        *_evidence("intent", verdict.evidence),
        *_evidence("complaint", _of(hits, "intent", "complaint") if verdict.is_complaint else []),
        *_firsts(_of(hits, "topic")),
        *_evidence("objection", [objection] if objection else []),
        *_evidence("outcome", [outcome_hit] if outcome_hit else []),
        *[
            Evidence(
                "toxicity",
                str(phrase.weight),
                phrase.utterance,
                phrase.phrase,
                phrase.rule or None,
                phrase.span,
            )
            for phrase in toxicity.phrases
        ],
        *_evidence("stop", stops),
        *amounts,
        *[
            Evidence("client_name", name.value, name.utterance, name.phrase)
            for name in find_client_names(conversation)
        ],
    ]
    return Insight(
        intent=verdict.intent,
        intent_confidence=verdict.confidence,
        is_sales_enquiry=verdict.is_sales_enquiry,
        topics=topics,
        is_complaint=verdict.is_complaint,
        toxicity=toxicity.score,
        toxicity_phrase=toxicity.phrase,
        quality_score=quality_score(checklist, max(toxicity.of("agent"), toxicity.of("unknown")), penalty),
        sentiment=_sentiment(hits, toxicity, verdict),
        outcome=outcome,
        objection=objection.rule.value if objection else None,
        summary=summarise(
            intent=verdict.intent,
            topics=topics,
            amounts=[int(one.value) for one in amounts],
            objection=objection,
            outcome=outcome,
            steps=steps,
            hours=hours,
        ),
        checklist=checklist,
        evidence=evidence,
        next_steps=steps,
    )


def _of(hits: Sequence[Hit], name: str, value: str | None = None) -> list[Hit]:
    return [hit for hit in hits if hit.rule.field == name and value in (None, hit.rule.value)]


def _evidence(name: str, hits: Sequence[Hit]) -> list[Evidence]:
    return [
        Evidence(name, hit.rule.value, hit.segment, hit.phrase, hit.rule.name or None, hit.span)
        for hit in hits
    ]


def _firsts(hits: Sequence[Hit]) -> list[Evidence]:
    """The first hit of each topic is evidence enough."""
    firsts: dict[str, Hit] = {}
    for hit in hits:
        firsts.setdefault(hit.rule.value, hit)
    return _evidence("topic", list(firsts.values()))


def _amounts(conversation: Conversation) -> list[Evidence]:
    return [
        Evidence("amount", amount.value, utterance.position, utterance.words.phrase(amount.start, amount.end))
        for utterance in conversation.utterances
        for amount in find_amounts(utterance.words.tokens)
    ]


def _sentiment(hits: Sequence[Hit], toxicity: Toxicity, verdict: IntentVerdict) -> Sentiment:
    """The client's mood: positive against negative words, complaints and rudeness."""
    mood = 0.0
    for hit in _of(hits, "sentiment"):
        mood += hit.rule.weight if hit.rule.value == "positive" else -hit.rule.weight
    mood -= toxicity.of("client") + (0.5 if verdict.is_complaint else 0)
    if mood >= _MOOD_FROM:
        return "positive"
    return "negative" if mood <= -_MOOD_FROM else "neutral"


def _outcome(
    conversation: Conversation, hits: Sequence[Hit], steps: Sequence[NextStep]
) -> tuple[str | None, Hit | None]:
    """How it ended: a refusal near the end, else a promised step, else what was said last of it."""
    said = _of(hits, "outcome")
    late = {id(one) for one in conversation.utterances[-_OUTCOME_AT_THE_END:]}
    refusal = next(
        (hit for hit in reversed(said) if hit.rule.value == "refusal" and id(hit.utterance) in late), None
    )
    if refusal is not None and not any(step.segment > refusal.utterance.position for step in steps):
        return "refusal", refusal
    promised = {step.action for step in steps if step.who != "client"}
    for action, outcome in (("visit", "appointment"), ("send", "offer"), ("call_back", "call_back")):
        if action in promised:
            return outcome, None
    for value in _SAID_OUTCOMES:
        hit = next((hit for hit in reversed(said) if hit.rule.value == value), None)
        if hit is not None:
            return value, hit
    return None, None
