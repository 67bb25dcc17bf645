"""All labels of conversations by rules, on one core, tokenising included: shipped rules and 100 more."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from demo.phrases import AGENT, CLIENT, fill
from synapse.language.company_rules import book_of
from synapse.language.conversation import Conversation, Sound, Utterance
from synapse.language.insight import understand
from synapse.language.rules import RuleBook, rule_book
from synapse.language.words import tokens_of
from synapse.language.working_time import WorkingTime
from synapse.settings.rules import ChecklistRule, Rules, TopicRule
from synapse.settings.sections import Calendar

TITLE = "rules over transcripts, one core: shipped and 100 of a company"
GOAL = "≥ 5,000 segments/s"

_CONVERSATIONS = 2_500
_SEGMENTS = 16
_RULES = 100
# Shapes of rules; the words are taken from what is said, so that the rules do hit.
_SHAPES = (
    "{a} ИЛИ {b} ИЛИ {c}",
    "клиент: {a}/{b} ИЛИ {c} ~2 {d}",
    "{a} РЯДОМ 5 {b} НЕ {c}",
    "сотрудник: начало 30 с: {a} ИЛИ {b}",
    "(клиент: {a} ИЛИ {b}) И (сотрудник: {c} ИЛИ {d})",
    "конец 20 %: {a} БЕЗ {b}",
    "({a} ИЛИ {b}) И ПАУЗА > 4",
    "сотрудник: {a} {b} ИЛИ {c}",
)


def run() -> str:
    """Label conversations of random sentences, none of which was seen before; CPU time of this process."""
    rng = random.Random(11)
    conversations = [_conversation(rng) for _ in range(_CONVERSATIONS)]
    rules = _rules(rng, conversations)
    with_company = _speed(conversations, book_of(rules))
    shipped = _speed(conversations, rule_book())
    return f"{with_company:,.0f} segments/s (then {shipped:,.0f} with the shipped rules alone)"


def _speed(conversations: Sequence[Conversation], book: RuleBook) -> float:
    """Segments a second; the dictionary is loaded once per process, before."""
    hours = WorkingTime.of(Calendar())
    understand(conversations[0], book, hours)
    fresh = [
        Conversation([replace(one) for one in talk.utterances], "call", talk.seconds, talk.sound)
        for talk in conversations
    ]
    began = time.process_time()
    for conversation in fresh:
        understand(conversation, book, hours)
    return len(fresh) * _SEGMENTS / (time.process_time() - began)


def _rules(rng: random.Random, conversations: Sequence[Conversation]) -> Rules:
    said = sorted(
        {
            token
            for talk in conversations[:200]
            for one in talk.utterances
            for token in tokens_of(one.text)
            if token.isalpha() and len(token) > 3
        }
    )

    def when(number: int) -> str:
        return _SHAPES[number % len(_SHAPES)].format(**dict(zip("abcd", rng.sample(said, 4), strict=True)))

    return Rules(
        topics=[TopicRule(name=f"тема {number}", when=when(number)) for number in range(_RULES - 20)],
        checklist=[ChecklistRule(name=f"пункт {number}", when=when(number)) for number in range(10)],
        stop_phrases=[f"{first} {second}" for first, second in (rng.sample(said, 2) for _ in range(10))],
    )


def _conversation(rng: random.Random) -> Conversation:
    started_at = datetime(2026, 3, 10, 7, tzinfo=UTC)
    utterances = []
    for position in range(_SEGMENTS):
        side, book = ("agent", AGENT) if position % 2 == 0 else ("client", CLIENT)
        template = rng.choice(rng.choice(list(book.values())))
        said_at = started_at + timedelta(seconds=5 * position)
        start = 5.0 * position
        text = fill(template, rng)
        utterances.append(Utterance(position, side, text, said_at, start, start + rng.uniform(0.5, 4.5)))  # type: ignore[arg-type]
    sound = Sound(12.0, 1.0, 0.5, 0.4, 1, 2)
    return Conversation(utterances, seconds=5.0 * _SEGMENTS, sound=sound)
