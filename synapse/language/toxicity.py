"""How toxic a conversation is, 0 to 1, with the phrase that makes it so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from synapse.language.conversation import Conversation, Speaker
from synapse.language.lemmas import lemmas_of
from synapse.language.rules import Hit, lexicon
from synapse.language.words import fold, tokens_of

# Letters and signs that stand for Cyrillic ones in words written to slip through.
_LOOKALIKES = str.maketrans("abcehkmoptxyu0346@$", "авсенкмортхуиозчбас")
_RAW_WORD = re.compile(r"[\w@$*#]+")
_HIDDEN = re.compile(r"[a-z0-9@$*#]")
_SPACED = re.compile(r"\b(?:\w[ .\-_*]){2,}\w\b")
_REPEATED = re.compile(r"(.)\1{2,}")
_EACH_FURTHER = 0.05


@dataclass(frozen=True)
class RudePhrase:
    """A toxic phrase and where it stands; ``rule`` names the company's rule that found it."""

    weight: float
    phrase: str
    utterance: int
    speaker: Speaker
    rule: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Toxicity:
    """Score of a conversation, the worst phrase and all of them."""

    score: float
    phrase: str | None
    phrases: tuple[RudePhrase, ...]

    def of(self, speaker: Speaker) -> float:
        """Score of one speaker's words."""
        return _score([phrase for phrase in self.phrases if phrase.speaker == speaker])


def judge_toxicity(
    conversation: Conversation, hits: Sequence[Hit], allowed: frozenset[str] = frozenset()
) -> Toxicity:
    """Weigh the rude phrases: the worst one's weight and 0.05 for each further one, at most 1.

    Args:
        conversation: For obscene words, which no phrase lists.
        hits: Of all rules.
        allowed: Dictionary forms that make nothing toxic.
    """
    phrases = [
        RudePhrase(
            hit.rule.weight,
            hit.phrase,
            hit.utterance.position,
            hit.utterance.speaker,
            hit.rule.name,
            hit.span,
        )
        for hit in hits
        if hit.rule.field == "toxicity" and not _is_allowed(hit.phrase, allowed)
    ]
    for utterance in conversation.utterances:
        for weight, word in obscene_words(utterance.text):
            if _is_allowed(word, allowed):
                continue
            phrases.append(RudePhrase(weight, word, utterance.position, utterance.speaker))
    worst = max(phrases, key=lambda phrase: phrase.weight, default=None)
    return Toxicity(_score(phrases), worst.phrase if worst else None, tuple(phrases))


def _is_allowed(phrase: str, allowed: frozenset[str]) -> bool:
    if not allowed:
        return False
    return any(token in allowed or lemmas_of(token) & allowed for token in tokens_of(phrase))


def _score(phrases: Sequence[RudePhrase]) -> float:
    if not phrases:
        return 0.0
    worst = max(phrase.weight for phrase in phrases)
    return round(min(1.0, worst + _EACH_FURTHER * (len(phrases) - 1)), 3)


def obscene_words(text: str) -> list[tuple[float, str]]:
    """Return (weight, word as written) of obscene words, obfuscations undone.

    Undone are letters of other alphabets and signs ("xуй", "с@ка"), stars ("х*й"), repeats ("суууука") and
    letters set apart ("с у к а").
    """
    folded = fold(text)
    found = [(weight, word) for word in _RAW_WORD.findall(folded) if (weight := _weight(word)) > 0]
    for apart in _SPACED.findall(folded) if " " in folded or "." in folded else ():
        weight = _weight(re.sub(r"[ .\-_*]", "", apart))
        if weight > 0:
            found.append((weight, apart))
    return found


@lru_cache(maxsize=100_000)
def _weight(word: str) -> float:
    if word.isdecimal():
        return 0.0
    for spelling in _spellings(word):
        for weight, pattern, innocent in _lists():
            if spelling not in innocent and pattern.fullmatch(spelling):
                return weight
    return _behind_stars(word)


def _spellings(word: str) -> Iterable[str]:
    yield word
    squeezed = _REPEATED.sub(r"\1", word)
    if squeezed != word:
        yield squeezed
    if _HIDDEN.search(word) and re.search(r"[а-я@$]", word):
        yield squeezed.translate(_LOOKALIKES)
    elif word.isascii() and word.isalpha():
        yield _from_latin(squeezed)


def _from_latin(word: str) -> str:
    """Undo the plain transliteration of whole words: "suka", "blyat"."""
    pairs = {"ya": "я", "yu": "ю", "zh": "ж", "ch": "ч", "sh": "ш"}
    for latin, letter in pairs.items():
        word = word.replace(latin, letter)
    return word.translate(str.maketrans("abvgdeziyklmnoprstufhc", "абвгдезийклмнопрстуфхц"))


def _behind_stars(word: str) -> float:
    """Weigh "х*й": a star stands for one letter of a well-known word."""
    if "*" not in word or len(word.strip("*")) < 2:
        return 0.0
    pattern = re.compile(re.escape(word).replace(r"\*", ".") + r"\w{0,2}")
    known = lexicon("toxicity")["stars"]
    return float(known["weight"]) if any(pattern.fullmatch(one) for one in known["words"]) else 0.0


@cache
def _lists() -> tuple[tuple[float, re.Pattern[str], frozenset[str]], ...]:
    lists = []
    for name in ("obscene", "coarse"):
        listed = lexicon("toxicity")[name]
        pattern = re.compile("|".join(f"(?:{root})" for root in listed["roots"]))
        lists.append((float(listed["weight"]), pattern, frozenset(listed["innocent"])))
    return tuple(lists)
