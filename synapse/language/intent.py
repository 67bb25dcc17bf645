"""What a conversation is about as a whole, from the weights of the rules that hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from synapse.language.rules import Hit

Intent = Literal["sales", "service", "complaint", "order", "wrong_number", "spam", "other"]

# Of equal scores the first wins: a repair that has a price is a repair.
_ORDER: tuple[Intent, ...] = ("wrong_number", "spam", "complaint", "service", "order", "sales")
_COMPLAINT_FROM = 0.5
_LEAST_SCORE = 0.3
_ALSO_SALES_FROM = 0.75
# A web form that says nothing else is somebody who wants something from us.
_FORM_SCORE = 0.5


@dataclass(frozen=True)
class IntentVerdict:
    """The intent with how sure the rules are (0 to 1), and the hits that made it."""

    intent: Intent
    confidence: float
    is_sales_enquiry: bool
    is_complaint: bool
    evidence: tuple[Hit, ...]


def judge_intent(hits: Sequence[Hit], channel: str = "call") -> IntentVerdict:
    """Decide by scores.

    Each intent's score is ``1 − Π(1 − w)`` over the distinct rules that hit. A complaint of 0.5 or more goes
    before everything but spam and wrong numbers that score higher; else the highest score wins if it reaches
    0.3. Confidence is the winner's score less half of the runner-up's. A sales enquiry is a conversation
    whose intent is sales, or whose sales score is 0.75 or more beside a complaint, a repair or an order.
    """
    hits = [hit for hit in hits if hit.rule.field == "intent"]
    scores = dict.fromkeys(get_args(Intent), 0.0)
    for rule in {id(hit.rule): hit.rule for hit in hits}.values():
        scores[rule.value] = 1 - (1 - scores[rule.value]) * (1 - rule.weight)
    if channel == "form":
        scores["sales"] = max(scores["sales"], _FORM_SCORE)
    intent = _winner(scores)
    best = scores[intent]
    runner_up = max((score for name, score in scores.items() if name != intent), default=0.0)
    confidence = 1 - runner_up if intent == "other" else max(best - runner_up / 2, best / 2)
    is_sales = intent == "sales" or (
        intent in ("complaint", "service", "order")
        and _wants_more(hits)
        and scores["sales"] >= _ALSO_SALES_FROM
    )
    return IntentVerdict(
        intent,
        round(confidence, 3),
        is_sales,
        scores["complaint"] >= _COMPLAINT_FROM,
        tuple(hit for hit in hits if hit.rule.value == intent),
    )


def _winner(scores: dict[Intent, float]) -> Intent:
    best: Intent = max(_ORDER, key=lambda name: (scores[name], -_ORDER.index(name)))
    is_noise = best in ("wrong_number", "spam")
    if scores["complaint"] >= _COMPLAINT_FROM and not is_noise:
        return "complaint"
    return best if scores[best] >= _LEAST_SCORE else "other"


def _wants_more(hits: Sequence[Hit]) -> bool:
    """The client, not the agent, speaks of buying."""
    return any(
        hit.rule.value == "sales" and hit.rule.speaker == "client" and hit.rule.weight >= 0.7 for hit in hits
    )
