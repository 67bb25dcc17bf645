"""Section ``rules`` of the settings → rules that the matcher knows, and their version."""

import hashlib
from functools import lru_cache

from synapse.language.expression import Scoped, parse
from synapse.language.labels import code_of
from synapse.language.rules import (
    Company,
    CompanyRule,
    ExpectedItem,
    Rule,
    RuleBook,
    rule_book,
    shipped_rules,
)
from synapse.language.words import fold
from synapse.settings.rules import Rules

# What is kept out of the version: it changes which conversations are labelled anew, not how.
_NO_RULE = {"relabel_days"}
_TOXIC_WEIGHT = 0.7
_POINTS = 15


def book_of(rules: Rules) -> RuleBook:
    """Return the shipped rules with a company's; the last few are kept compiled.

    Raises:
        ExpressionError: A rule cannot be read; checked settings have none.
    """
    return _book(rules.model_dump_json(exclude=_NO_RULE))


def company_version(rules: Rules) -> str:
    """Return a short hash of a company's rules; empty where it has none."""
    written = rules.model_dump_json(exclude=_NO_RULE)
    if written == Rules().model_dump_json(exclude=_NO_RULE):
        return ""
    return hashlib.sha256(written.encode()).hexdigest()[:8]


@lru_cache(maxsize=4)
def _book(written: str) -> RuleBook:
    company = company_of(Rules.model_validate_json(written))
    return RuleBook(shipped_rules(), company) if company != Company() else rule_book()


def company_of(rules: Rules) -> Company:
    """Read a company's rules.

    A topic or an item of the checklist that is called like a shipped one adds to it. Stop phrases are the
    agent's words. A toxic word of the company weighs as an insult.
    """
    made = [
        *(_rule("topic", code_of("topic", one.name), one.name, one.when) for one in rules.topics),
        *(_rule("checklist", code_of("checklist", one.name), one.name, one.when) for one in rules.checklist),
        *(_said_by_agents(_rule("stop", text, text, text)) for text in rules.stop_phrases),
        *(_rule("toxicity", "company", text, text) for text in rules.toxic_words),
    ]
    return Company(
        rules=tuple(made),
        allowed=frozenset(fold(word) for word in rules.allowed_words),
        expected=tuple(
            ExpectedItem(code_of("checklist", one.name), one.points or _POINTS, one.expected_in)
            for one in rules.checklist
            if code_of("checklist", one.name) == one.name
        ),
        stop_points=rules.stop_points if rules.stop_phrases else 0,
    )


def _rule(field: str, value: str, name: str, when: str) -> CompanyRule:
    weight = _TOXIC_WEIGHT if field == "toxicity" else 1.0
    rule = Rule.model_validate(
        {"field": field, "value": value, "name": name, "phrases": [when], "weight": weight}
    )
    return CompanyRule(rule, parse(when))


def _said_by_agents(one: CompanyRule) -> CompanyRule:
    return CompanyRule(one.rule, Scoped(one.when, side="agent"))
