"""Words → dictionary forms, by pymorphy3 (https://pymorphy3.readthedocs.io), one analyser per process."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pymorphy3

from synapse.language.words import fold

# Readings rarer than this ("минут" as a form of "минуть") are not worth their false matches.
_RARE = 0.02
# "Роман" and "вера" are names in seven and thirty of a hundred texts.
_NAME_FROM = 0.05


@lru_cache(maxsize=1)
def _analyser() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=200_000)
def lemmas_of(word: str) -> frozenset[str]:
    """Return every dictionary form that a folded word may come from, folded.

    A word has several when its form is ambiguous: "замер" is a noun and a past tense of "замереть".
    """
    parses = _analyser().parse(word)
    return frozenset(fold(parse.normal_form) for parse in parses if parse.score >= _RARE) or frozenset({word})


def forms_of(lemma: str, grammemes: frozenset[str]) -> frozenset[str]:
    """Return the folded forms of ``lemma`` that have all of the OpenCorpora ``grammemes``.

    Args:
        lemma: Dictionary form, such as "перезвонить".
        grammemes: For instance ``{"futr", "1per"}`` for "перезвоню", "перезвоним".
    """
    forms: set[str] = set()
    for parse in _analyser().parse(lemma):
        if fold(parse.normal_form) != fold(lemma):
            continue
        forms |= {fold(form.word) for form in parse.lexeme if grammemes <= form.tag.grammemes}
    return frozenset(forms)


@lru_cache(maxsize=20_000)
def has_grammemes(word: str, *grammemes: str) -> bool:
    """Tell whether the likeliest reading of ``word`` has all ``grammemes``."""
    return bool(set(grammemes) <= _analyser().parse(word)[0].tag.grammemes)


def may_be(word: str, grammemes: frozenset[str]) -> bool:
    """Tell whether any reading of ``word`` that is not rare has all ``grammemes``."""
    return any(grammemes <= parse.tag.grammemes for parse in _analyser().parse(word) if parse.score >= _RARE)


@dataclass(frozen=True)
class PersonalName:
    """A word of a person's name.

    Attributes:
        lemma: Nominative, folded: "ольга" of "ольгой".
        is_given: A given name; otherwise a surname or a patronymic.
    """

    lemma: str
    is_given: bool


@lru_cache(maxsize=20_000)
def named_person(word: str) -> PersonalName | None:
    """Read a folded word as a part of a person's name; None where its likely readings are others."""
    readings = [
        (part, parse)
        for parse in _analyser().parse(word)
        for part in ("Name", "Surn", "Patr")
        if parse.score >= _NAME_FROM and {part, "sing"} <= parse.tag.grammemes
    ]
    if not readings:
        return None
    # "Петрова" is first of all a genitive of "Петров".
    part, parse = next((one for one in readings if "nomn" in one[1].tag), readings[0])
    lemma = word if "nomn" in parse.tag else parse.inflect({"nomn"}).word
    return PersonalName(fold(lemma), part == "Name")
