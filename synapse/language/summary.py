"""A short Russian summary put together from the labels."""

from collections.abc import Sequence
from datetime import datetime

from synapse.language.intent import Intent
from synapse.language.labels import label
from synapse.language.next_steps import NextStep
from synapse.language.rules import Hit
from synapse.language.working_time import WorkingTime

_MOST_TOPICS = 4
_CLOSED = ("wrong_number", "spam")


def summarise(
    *,
    intent: Intent,
    topics: Sequence[str],
    amounts: Sequence[int],
    objection: Hit | None,
    outcome: str | None,
    steps: Sequence[NextStep],
    hours: WorkingTime,
) -> str:
    """Return one to five sentences: what about, prices, objection, what was agreed.

    Nothing stands in it that no label says.
    """
    sentences = [_about(intent, topics)]
    if intent in _CLOSED:
        return sentences[0]
    if amounts:
        named = ", ".join(_roubles(amount) for amount in dict.fromkeys(amounts))
        sentences.append(f"Названа сумма: {named}.")
    if objection is not None:
        sentences.append(f"Возражение: {label('objection', objection.rule.value)}.")
    sentences += [_step(step, hours) for step in steps]
    if outcome is not None and not steps:
        sentences.append(f"Итог: {label('outcome', outcome)}.")
    return " ".join(sentences)


def _about(intent: Intent, topics: Sequence[str]) -> str:
    named = label("intent", intent)
    sentence = named[0].upper() + named[1:]
    if topics and intent not in _CLOSED:
        sentence += ": " + ", ".join(label("topic", topic) for topic in topics[:_MOST_TOPICS])
    return sentence + "."


def _step(step: NextStep, hours: WorkingTime) -> str:
    who = label("who", step.who)
    sentence = f"{who[0].upper()}{who[1:]} обещает {label('action', step.action)}"
    return f"{sentence} до {_moment(step.due_at, hours)}." if step.due_at else f"{sentence}."


def _moment(due_at: datetime, hours: WorkingTime) -> str:
    return due_at.astimezone(hours.zone).strftime("%d.%m %H:%M")


def _roubles(amount: int) -> str:
    return f"{amount:,}".replace(",", "\u00a0") + "\u00a0₽"
