"""The checklist of a good conversation, and the score it makes."""

from collections.abc import Sequence
from dataclasses import dataclass

from synapse.language.conversation import Conversation
from synapse.language.intent import Intent
from synapse.language.money import find_amounts
from synapse.language.next_steps import NextStep
from synapse.language.rules import ExpectedItem, Hit

_EVERYWHERE = {"greeting": 15, "name": 15, "goodbye": 15}
_BY_INTENT: dict[Intent, dict[str, int]] = {
    "sales": {"need": 20, "price": 15, "next_step": 20},
    "service": {"need": 20, "next_step": 20},
    "complaint": {"next_step": 20},
}
_OBJECTION_WEIGHT = 15
_ANSWER_WITHIN = 3
_TOXICITY_COST = 50
_NOT_JUDGED = ("wrong_number", "spam")


@dataclass(frozen=True)
class ChecklistItem:
    """One item: whether it was done, how much it weighs, where it was heard, by whose rule."""

    item: str
    is_done: bool
    weight: int
    segment: int | None = None
    phrase: str | None = None
    rule: str | None = None


def fill_checklist(
    conversation: Conversation,
    hits: Sequence[Hit],
    steps: Sequence[NextStep],
    intent: Intent,
    own: Sequence[ExpectedItem] = (),
) -> list[ChecklistItem]:
    """Return the items that apply to a conversation with this intent.

    Greeting, name and goodbye are expected everywhere, finding out the need in sales and service, a price in
    sales, a next step in sales, service and complaints, an answer where the client objected, and what the
    company's own checklist says.
    """
    if intent in _NOT_JUDGED or all(one.speaker == "client" for one in conversation.utterances):
        return []
    added = {item.value: item.weight for item in own if item.intent in (None, intent)}
    expected = _EVERYWHERE | _BY_INTENT.get(intent, {}) | added
    items = [_item(name, weight, conversation, hits, steps) for name, weight in expected.items()]
    objections = [hit for hit in hits if hit.rule.field == "objection"]
    if objections:
        items.append(_objection_item(conversation, objections, hits))
    return items


def quality_score(
    items: Sequence[ChecklistItem], agent_toxicity: float, penalty: float = 0.0
) -> float | None:
    """Return 0 to 100: the done share of the weights × 100, less 50 × the agent's toxicity, less the penalty.

    None where nothing was expected.
    """
    total = sum(item.weight for item in items)
    if total == 0:
        return None
    done = sum(item.weight for item in items if item.is_done)
    return round(max(0.0, 100 * done / total - _TOXICITY_COST * agent_toxicity - penalty), 1)


def _item(
    name: str, weight: int, conversation: Conversation, hits: Sequence[Hit], steps: Sequence[NextStep]
) -> ChecklistItem:
    if name == "next_step":
        step = next((step for step in steps if step.who != "client"), None)
        if step is not None:
            return ChecklistItem(name, True, weight, step.segment, step.phrase)
    hit = next((hit for hit in hits if hit.rule.field == "checklist" and hit.rule.value == name), None)
    if hit is not None:
        return ChecklistItem(name, True, weight, hit.segment, hit.phrase, hit.rule.name or None)
    if name == "price":
        return _named_price(conversation, weight)
    return ChecklistItem(name, False, weight)


def _named_price(conversation: Conversation, weight: int) -> ChecklistItem:
    for utterance in conversation.utterances:
        if utterance.speaker == "client":
            continue
        for amount in find_amounts(utterance.words.tokens):
            phrase = utterance.words.phrase(amount.start, amount.end)
            return ChecklistItem("price", True, weight, utterance.position, phrase)
    return ChecklistItem("price", False, weight)


def _objection_item(
    conversation: Conversation, objections: Sequence[Hit], hits: Sequence[Hit]
) -> ChecklistItem:
    """Done when the agent answers one of the objections within three utterances."""
    order = {id(utterance): index for index, utterance in enumerate(conversation.utterances)}
    objected = [order[id(hit.utterance)] for hit in objections]
    for hit in hits:
        if hit.rule.field != "checklist" or hit.rule.value != "objection_reply":
            continue
        at = order[id(hit.utterance)]
        if any(0 < at - before <= _ANSWER_WITHIN for before in objected):
            return ChecklistItem(
                "objection_reply",
                True,
                _OBJECTION_WEIGHT,
                hit.utterance.position,
                hit.phrase,
                hit.rule.name or None,
            )
    return ChecklistItem("objection_reply", False, _OBJECTION_WEIGHT)
