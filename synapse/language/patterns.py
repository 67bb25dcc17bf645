"""The small language in which phrases of the lexicons are written, and matching it fast.

A phrase is a sequence of elements; each matches one word:

- ``перезвонить`` matches any form of the word (all its dictionary forms when it is ambiguous);
- ``=алло`` matches this very form;
- ``заказ*`` matches words that begin so;
- ``перезвонить[futr,1per]`` matches the forms with these OpenCorpora grammemes: "перезвоню", "перезвоним";
- ``[Name]`` matches words that have these grammemes;
- ``(муж|жена|=них)`` matches any of the alternatives, which may be of several words;
- ``?очень`` may be absent;
- ``~`` lets up to three words stand between its neighbours, ``~5`` up to five.

Words follow each other within one sentence: an end of sentence never lies inside a match.

All phrases of all rules are compiled into one :class:`Matcher`. Each distinct word is resolved once to the
set of elements it satisfies and to the phrases that hang on it, so that a token costs one dictionary look-up
and a phrase is only tried where its rarest word stands.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from synapse.errors import ConfigurationError
from synapse.language.lemmas import forms_of, lemmas_of, may_be
from synapse.language.words import STOPS

_ELEMENT = re.compile(r"\?|~\d*|\([^)]*\)|[^\s?~()]+")
_GROUP = re.compile(r"\(([^)]*)\)")
_MOST_WORDS_KEPT = 200_000
_DEFAULT_GAP = 3
# Words too common to hang a phrase on.
_COMMON = frozenset(
    {"не", "я", "мы", "вы", "он", "она", "они", "в", "во", "на", "с", "к", "за", "по", "и", "а", "у", "о",
     "что", "это", "как", "меня", "мне", "вас", "вам", "нас", "нам"}
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """An element, by number, and how many words may stand before it."""

    element: int
    gap: int


@dataclass(frozen=True)
class Phrase:
    """A compiled phrase.

    Attributes:
        owner: Number of the rule it belongs to.
        steps: Elements in order; the first has no gap.
        anchor: Which step it hangs on; no gap lies before it.
        text: As written.
    """

    owner: int
    steps: tuple[Step, ...]
    anchor: int
    text: str


class Match(NamedTuple):
    """A phrase found in the tokens ``start`` … ``end - 1``; ``skipped`` are tokens inside a gap."""

    phrase: Phrase
    start: int
    end: int
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Word:
    """What one distinct word satisfies."""

    elements: frozenset[int]
    hanging: tuple[Phrase, ...]


_NOTHING = _Word(frozenset(), ())


class Matcher:
    """All phrases of all rules, ready to be looked for."""

    def __init__(self, phrases: Iterable[tuple[int, str]]) -> None:
        """Compile ``(owner, phrase)`` pairs.

        Raises:
            ConfigurationError: A phrase cannot be read.
        """
        self._numbers: dict[str, int] = {}
        self._by_lemma: dict[str, set[int]] = defaultdict(set)
        self._by_form: dict[str, set[int]] = defaultdict(set)
        self._by_prefix: dict[str, set[int]] = defaultdict(set)
        self._by_grammemes: dict[frozenset[str], set[int]] = defaultdict(set)
        self._hanging: dict[int, list[Phrase]] = defaultdict(list)
        self._words: dict[str, _Word] = {}
        for owner, text in phrases:
            for phrase in self._compile(owner, text):
                self._hanging[phrase.steps[phrase.anchor].element].append(phrase)
        self._longest_prefix = max(map(len, self._by_prefix), default=0)

    def find(self, tokens: Sequence[str]) -> list[Match]:
        """Return every match, in order of the word it hangs on."""
        known = self._words
        words = [known.get(token) or self._resolve(token) for token in tokens]
        found: list[Match] = []
        for position, word in enumerate(words):
            for phrase in word.hanging:
                if len(phrase.steps) == 1:
                    found.append(Match(phrase, position, position + 1))
                    continue
                match = _match(phrase, position - phrase.anchor, words, tokens)
                if match is not None:
                    found.append(match)
        return found

    def _resolve(self, token: str) -> _Word:
        if len(self._words) > _MOST_WORDS_KEPT:
            self._words.clear()
        elements: set[int] = set(self._by_form.get(token, ()))
        if token[0].isalpha():
            for lemma in lemmas_of(token):
                elements |= self._by_lemma.get(lemma, set())
            for length in range(1, min(len(token), self._longest_prefix) + 1):
                elements |= self._by_prefix.get(token[:length], set())
            for grammemes, numbers in self._by_grammemes.items():
                if may_be(token, grammemes):
                    elements |= numbers
        hanging = tuple(phrase for element in sorted(elements) for phrase in self._hanging.get(element, ()))
        word = _Word(frozenset(elements), hanging) if elements else _NOTHING
        self._words[token] = word
        return word

    def _compile(self, owner: int, text: str) -> list[Phrase]:
        """Compile one phrase; optional elements and alternatives of several words make several."""
        return [phrase for plain in _spell_out(text) for phrase in self._compile_plain(owner, plain)]

    def _compile_plain(self, owner: int, text: str) -> list[Phrase]:
        elements: list[tuple[str, int, bool]] = []
        gap, optional = 0, False
        for piece in _ELEMENT.findall(text.replace("ё", "е")):
            if piece == "?":
                optional = True
            elif piece.startswith("~"):
                gap = int(piece[1:] or _DEFAULT_GAP)
            else:
                elements.append((piece, gap, optional))
                gap, optional = 0, False
        choices = [(True, False) if optional else (True,) for _, _, optional in elements]
        phrases = []
        for chosen in itertools.product(*choices):
            kept = [(piece, gap) for (piece, gap, _), keep in zip(elements, chosen, strict=True) if keep]
            if not kept:
                raise ConfigurationError(
                    f"The phrase {text!r} of the lexicon is empty.", hint="Write at least one word in it."
                )
            phrases.append(self._phrase(owner, text, kept))
        return phrases

    def _phrase(self, owner: int, text: str, kept: list[tuple[str, int]]) -> Phrase:
        steps = [Step(self._element(piece, text), gap) for piece, gap in kept]
        steps[0] = Step(steps[0].element, 0)
        run = list(itertools.takewhile(lambda at: at == 0 or steps[at].gap == 0, range(len(steps))))
        anchor = max(
            run, key=lambda at: (kept[at][0] not in _COMMON, len(kept[at][0]) - 9 * ("|" in kept[at][0]))
        )
        return Phrase(owner, tuple(steps), anchor, text)

    def _element(self, piece: str, text: str) -> int:
        known = self._numbers.get(piece)
        if known is not None:
            return known
        number = len(self._numbers)
        self._numbers[piece] = number
        for word in piece.strip("()").split("|"):
            self._add_word(number, word.strip(), text)
        return number

    def _add_word(self, number: int, word: str, text: str) -> None:
        if word.startswith("["):
            self._by_grammemes[frozenset(word[1:-1].split(","))].add(number)
        elif word.startswith("="):
            self._by_form[word[1:]].add(number)
        elif word.endswith("*"):
            self._by_prefix[word[:-1]].add(number)
        elif word.endswith("]"):
            lemma, _, grammemes = word[:-1].partition("[")
            forms = forms_of(lemma, frozenset(grammemes.split(",")))
            if not forms:
                raise ConfigurationError(
                    f"No form of {lemma!r} is {grammemes!r} in the phrase {text!r}.",
                    hint="Use grammemes of OpenCorpora, such as futr,1per.",
                )
            for form in forms:
                self._by_form[form].add(number)
        elif not word:
            raise ConfigurationError(
                f"The phrase {text!r} has an empty alternative.", hint="Fill it or drop it."
            )
        else:
            lemmas = lemmas_of(word)
            for lemma in {word} if word in lemmas else lemmas:
                self._by_lemma[lemma].add(number)


def _spell_out(text: str) -> list[str]:
    """Write alternatives of several words out as phrases of their own: "(а б|в) г" → "а б г", "в г"."""
    for group in _GROUP.finditer(text):
        alternatives = group[1].split("|")
        if any(" " in alternative.strip() for alternative in alternatives):
            written = (
                text[: group.start()] + alternative + text[group.end() :] for alternative in alternatives
            )
            return [plain for one in written for plain in _spell_out(one)]
    return [text]


def _match(phrase: Phrase, start: int, words: Sequence[_Word], tokens: Sequence[str]) -> Match | None:
    if start < 0 or phrase.steps[0].element not in words[start].elements:
        return None
    position, skipped = start + 1, []
    for step in phrase.steps[1:]:
        reach = min(position + step.gap, len(words) - 1)
        while True:
            if position > reach or tokens[position] in STOPS:
                return None
            if step.element in words[position].elements:
                break
            skipped.append(position)
            position += 1
        position += 1
    return Match(phrase, start, position, tuple(skipped))
