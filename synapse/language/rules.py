"""Rules as data: lexicons in TOML, compiled once, matched over utterances with their conditions."""

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synapse.errors import ConfigurationError
from synapse.language.conversation import Conversation, Utterance
from synapse.language.evaluation import WHOLE, Spot, Talk, signs_of, spots_of
from synapse.language.expression import Node, Phrase, leaves_of
from synapse.language.lemmas import lemmas_of
from synapse.language.patterns import Match, Matcher
from synapse.language.words import fold

_LEXICONS = resources.files("synapse.language").joinpath("lexicons")
_NEGATIONS = frozenset({"не", "ни"})
# Words that may stand between a negation and what it denies: "не так уж и дорого".
_BETWEEN = frozenset(
    {"очень", "так", "уж", "и", "слишком", "особо", "совсем", "такой", "прям", "прямо", "буду", "будем",
     "будет", "хочу", "нужно", "надо", "могу", "можем", "сильно", "настолько", "сказать", "что", "собираюсь",
     "стану"}
)  # fmt: skip
_FARTHEST_NEGATION = 4

Field_ = Literal[
    "topic", "intent", "checklist", "toxicity", "sentiment", "outcome", "objection", "promise", "stop"
]


class Rule(BaseModel):
    """One rule of a lexicon, or what a company's rule labels.

    Attributes:
        field: What it labels.
        value: The label.
        name: What the company calls its rule; empty for the shipped ones.
        phrases: In the language of :mod:`synapse.language.patterns`.
        weight: 0 to 1: how sure one hit makes.
        speaker: Whose words count; an unknown speaker's count for both.
        first: Only among the first so many utterances of the conversation.
        last: Only among the last so many.
        negation: ``drop``: a denied phrase ("не дорого") is no hit; ``ignore``: it is.
        unless: Phrases that undo the hit when they stand in the same utterance.
        channels: Only in these channels; empty: in all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: Field_
    value: str
    name: str = ""
    phrases: list[str] = Field(min_length=1)
    weight: float = Field(1.0, ge=0, le=1)
    speaker: Literal["agent", "client", "any"] = "any"
    first: int | None = Field(None, ge=1)
    last: int | None = Field(None, ge=1)
    negation: Literal["drop", "ignore"] = "drop"
    unless: list[str] = []
    channels: list[str] = []


@dataclass(frozen=True)
class CompanyRule:
    """A rule that an administrator wrote: what it labels, and when it holds."""

    rule: Rule
    when: Node


@dataclass(frozen=True)
class ExpectedItem:
    """An item of the company's own checklist; ``intent`` None: expected in every conversation."""

    value: str
    weight: int
    intent: str | None = None


@dataclass(frozen=True)
class Company:
    """What a company adds to the shipped rules.

    Attributes:
        rules: Its rules.
        allowed: Words that are never toxic, in any form.
        expected: Items of its own checklist.
        stop_points: What one stop phrase costs in the quality score.
    """

    rules: tuple[CompanyRule, ...] = ()
    allowed: frozenset[str] = frozenset()
    expected: tuple[ExpectedItem, ...] = ()
    stop_points: int = 0


@dataclass(frozen=True)
class Hit:
    """A rule that applied, with its evidence.

    Attributes:
        rule: The rule.
        utterance: Where; the first one for a measure of the whole call.
        start: First token of the phrase in the utterance.
        end: Token after the last.
        note: A measure in words, where no words are the evidence.
        is_whole: The evidence is the call as a whole.
    """

    rule: Rule
    utterance: Utterance
    start: int
    end: int
    note: str = ""
    is_whole: bool = False

    @property
    def phrase(self) -> str:
        """The words as they were said, or the measure in words."""
        return self.note or self.utterance.words.phrase(self.start, self.end)

    @property
    def segment(self) -> int | None:
        """Position of the utterance; None where the evidence is the call as a whole."""
        return None if self.is_whole else self.utterance.position

    @property
    def span(self) -> tuple[int, int] | None:
        """The phrase's place in the utterance's text, in characters; None for a measure."""
        if self.note:
            return None
        spans = self.utterance.words.spans
        return spans[self.start][0], spans[self.end - 1][1]


class RuleBook:
    """Rules compiled together: shipped ones and a company's share one matcher.

    Attributes:
        rules: The shipped rules.
        company: What the company adds.
        allowed: Dictionary forms of words that are never toxic.
    """

    def __init__(self, rules: Sequence[Rule], company: Company | None = None) -> None:
        """Compile; see :class:`Matcher` for what may be wrong."""
        self.rules = tuple(rules)
        self.company = company or Company()
        allowed = [fold(word) for word in self.company.allowed]
        self.allowed = frozenset(lemma for word in allowed for lemma in (word, *lemmas_of(word)))
        numbered = [(2 * at, phrase) for at, rule in enumerate(rules) for phrase in rule.phrases]
        undoing = [(2 * at + 1, phrase) for at, rule in enumerate(rules) for phrase in rule.unless]
        self._patterns: list[str] = []
        self._waiting: dict[str, list[int]] = defaultdict(list)
        self._wordless: set[int] = set()
        for number, one in enumerate(self.company.rules):
            self._index(number, one.when)
        self._first = 2 * len(self.rules)
        wanted = [(self._first + at, pattern) for at, pattern in enumerate(self._patterns)]
        self._matcher = Matcher([*numbered, *undoing, *wanted])

    def _index(self, number: int, when: Node) -> None:
        """Note which patterns make a rule worth a look; one that may hold without words always is."""
        for leaf in leaves_of(when):
            if isinstance(leaf, Phrase) and leaf.pattern not in self._patterns:
                self._patterns.append(leaf.pattern)
        signs = signs_of(when)
        if signs is None:
            self._wordless.add(number)
        for sign in signs or ():
            self._waiting[sign].append(number)

    def hits(self, conversation: Conversation) -> list[Hit]:
        """Return every hit, at most one per rule, utterance and place; the shipped rules' come first."""
        found: list[Hit] = []
        spots: dict[str, dict[tuple[int, int], Spot]] = {}
        count = len(conversation.utterances)
        for index, utterance in enumerate(conversation.utterances):
            matches = self._matcher.find(utterance.words.tokens)
            if not matches:
                continue
            if self._patterns:
                self._collect(matches, index, utterance.words.tokens, spots)
            shipped = [match for match in matches if match.phrase.owner < self._first]
            if shipped:
                found += self._apply(shipped, utterance, index, count, conversation.channel)
        if self.company.rules and count:
            found += self._judge(conversation, spots)
        return found

    def _collect(
        self,
        matches: Sequence[Match],
        index: int,
        tokens: Sequence[str],
        spots: dict[str, dict[tuple[int, int], Spot]],
    ) -> None:
        """Keep the places of the company's patterns, of several from one word the longest."""
        for match in matches:
            number = match.phrase.owner - self._first
            if number < 0 or _is_denied(match, tokens):
                continue
            places = spots.setdefault(self._patterns[number], {})
            known = places.get((index, match.start))
            if known is None or match.end > known.end:
                places[index, match.start] = Spot(index, match.start, match.end)

    def _judge(self, conversation: Conversation, spots: dict[str, dict[tuple[int, int], Spot]]) -> list[Hit]:
        talk = Talk(conversation, {pattern: list(places.values()) for pattern, places in spots.items()})
        numbers = {number for pattern in spots for number in self._waiting.get(pattern, ())} | self._wordless
        return [
            Hit(
                self.company.rules[number].rule,
                conversation.utterances[max(spot.at, 0)],
                spot.start,
                spot.end,
                spot.note,
                spot.at == WHOLE,
            )
            for number in sorted(numbers)
            for spot in sorted(
                dict.fromkeys(spots_of(self.company.rules[number].when, talk)),
                key=lambda spot: (spot.at, spot.start),
            )
        ]

    def _apply(
        self, matches: Sequence[Match], utterance: Utterance, index: int, count: int, channel: str
    ) -> list[Hit]:
        undone = {match.phrase.owner // 2 for match in matches if match.phrase.owner % 2}
        longest: dict[tuple[int, int], Match] = {}
        for match in matches:
            number, is_undoing = divmod(match.phrase.owner, 2)
            rule = self.rules[number]
            if is_undoing or number in undone or not _may_apply(rule, utterance, index, count, channel):
                continue
            if rule.negation == "drop" and _is_denied(match, utterance.words.tokens):
                continue
            key = (number, match.start)
            if key not in longest or match.end > longest[key].end:
                longest[key] = match
        return [
            Hit(self.rules[number], utterance, match.start, match.end)
            for (number, _), match in sorted(longest.items(), key=lambda item: (item[0][1], item[0][0]))
        ]


def _may_apply(rule: Rule, utterance: Utterance, index: int, count: int, channel: str) -> bool:
    if rule.speaker != "any" and utterance.speaker not in (rule.speaker, "unknown"):
        return False
    if rule.first is not None and index >= rule.first:
        return False
    if rule.last is not None and index < count - rule.last:
        return False
    return not rule.channels or channel in rule.channels


def _is_denied(match: Match, tokens: Sequence[str]) -> bool:
    """Whether a negation stands right before the phrase or inside one of its gaps."""
    if any(tokens[position] in _NEGATIONS for position in match.skipped):
        return True
    for position in range(match.start - 1, max(match.start - 1 - _FARTHEST_NEGATION, -1), -1):
        if tokens[position] in _NEGATIONS:
            return True
        if tokens[position] not in _BETWEEN:
            return False
    return False


@cache
def lexicon(name: str) -> dict[str, Any]:
    """Return the parsed lexicon ``name``.toml.

    Raises:
        ConfigurationError: It is not TOML.
    """
    try:
        return tomllib.loads(_contents()[f"{name}.toml"])
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"The lexicon {name} is not TOML: {error}.", hint="Mend that line."
        ) from error


def read_rules(name: str, document: dict[str, Any], words: dict[str, list[str]]) -> list[Rule]:
    """Read the rules of one lexicon.

    Args:
        name: Of the lexicon, for messages.
        document: With a list ``rule``; none is fine.
        words: Lists that phrases may name as ``<goods>``.

    Raises:
        ConfigurationError: A rule has a wrong or missing key.
    """
    try:
        rules = [Rule.model_validate(one) for one in document.get("rule", [])]
    except ValidationError as error:
        raise ConfigurationError(
            f"The lexicon {name} cannot be read: {error}.", hint="Compare it with the other lexicons."
        ) from error
    return [
        rule.model_copy(
            update={
                "phrases": [_with_words(phrase, words) for phrase in rule.phrases],
                "unless": [_with_words(phrase, words) for phrase in rule.unless],
            }
        )
        for rule in rules
    ]


def _with_words(phrase: str, words: dict[str, list[str]]) -> str:
    for name, listed in words.items():
        phrase = phrase.replace(f"<{name}>", f"({'|'.join(listed)})")
    if "<" in phrase:
        raise ConfigurationError(
            f"The phrase {phrase!r} names a list that words.toml does not have.", hint="Add the list there."
        )
    return phrase


@cache
def _contents() -> dict[str, str]:
    files = [file for file in _LEXICONS.iterdir() if file.name.endswith(".toml")]
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(files, key=lambda file: file.name)}


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules of all lexicons.

    Raises:
        ConfigurationError: A lexicon is broken.
    """
    words = lexicon("words")["words"]
    names = [name.removesuffix(".toml") for name in _contents()]
    return tuple(rule for name in names for rule in read_rules(name, lexicon(name), words))


@cache
def rule_book() -> RuleBook:
    """Return the shipped rules alone, compiled once per process."""
    return RuleBook(shipped_rules())


@cache
def lexicons_hash() -> str:
    """Return a short hash over all lexicons: it changes when any rule does."""
    digest = hashlib.sha256()
    for name, content in _contents().items():
        digest.update(name.encode() + b"\0" + content.encode() + b"\0")
    return digest.hexdigest()[:12]
