"""What people type into the search field: words, "phrases", beginnings*, -unwanted, or; and what is meant."""

import re
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from rapidfuzz.distance import OSA

from synapse.conversations.statements import statement
from synapse.language.words import fold

Kind = Literal["word", "phrase", "prefix"]

_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|«([^»]*)»?|(\w+(?:-\w+)*)(\*?))')
_OR = {"или", "or"}
_MOST_TERMS = 20
_LEXEME = re.compile(r"'((?:[^']|'')+)'")
# Shorter stems are like too many others; those with digits are numbers and models.
_MENDED = re.compile(r"[a-zа-я][a-zа-я-]{3,39}")
_SHORT = 5
_MOST_SPELLINGS = 3


@dataclass(frozen=True)
class Term:
    """One thing to look for; ``is_unwanted``: to be absent."""

    text: str
    kind: Kind
    is_unwanted: bool = False


@dataclass(frozen=True)
class Search:
    """A search that Postgres can run.

    Attributes:
        wanted: ``tsquery`` as text; empty where only words too common to be indexed were typed.
        shown: ``tsquery`` of all that is to be marked in the text.
        respelt: (as typed, stems that were looked for instead) of words that nobody ever said.
    """

    wanted: str
    shown: str
    respelt: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def prefixes(self) -> str:
        """Regular expression of Postgres that holds wherever ``shown`` may match."""
        stems = dict.fromkeys(_LEXEME.findall(self.shown))
        return r"\m(?:" + "|".join(re.escape(stem.replace("''", "'")) for stem in stems) + ")"


def read_query(text: str) -> tuple[tuple[Term, ...], ...]:
    """Return the alternatives, each with the terms that must all hold."""
    groups: list[list[Term]] = [[]]
    for minus, straight, curved, word, star in _TOKEN.findall(fold(text)):
        if word in _OR and not star and not minus:
            groups.append([])
            continue
        phrase = (straight or curved).strip()
        if phrase or word:
            kind: Kind = "phrase" if phrase else "prefix" if star else "word"
            groups[-1].append(Term(phrase or word, kind, bool(minus)))
    return tuple(tuple(group[:_MOST_TERMS]) for group in groups[:_MOST_TERMS] if group)


def understand(connection: sa.Connection, text: str) -> Search:
    """Turn what was typed into stems.

    A word that no conversation has is taken for the likest ones that some conversation has.
    """
    groups = read_query(text)
    terms = list(dict.fromkeys(term for group in groups for term in group))
    queries = _queries(connection, terms)
    respelt = _respelt(connection, [one.text for one in terms if one.kind == "word" and not one.is_unwanted])
    for term in terms:
        if term.kind == "word" and term.text in respelt:
            queries[term] = " | ".join(_quoted(stem) for stem in respelt[term.text])
    asked = [[(term, queries[term]) for term in group if queries[term]] for group in groups]
    wanted = [
        " & ".join(f"!({query})" if term.is_unwanted else f"({query})" for term, query in group)
        for group in asked
        if group
    ]
    shown = [query for group in asked for term, query in group if not term.is_unwanted]
    return Search(
        " | ".join(f"({group})" for group in wanted),
        " | ".join(f"({query})" for query in dict.fromkeys(shown)),
        tuple(respelt.items()),
    )


def _queries(connection: sa.Connection, terms: list[Term]) -> dict[Term, str]:
    """Each term as ``tsquery`` in text; empty for words too common to be indexed."""
    rows = connection.execute(
        statement("term_queries"),
        {"kinds": [term.kind for term in terms], "texts": [term.text for term in terms]},
    )
    return {term: row.query for term, row in zip(terms, rows, strict=True)}


def _respelt(connection: sa.Connection, words: list[str]) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(statement("known_stems"), {"words": words}).all()
    unknown = {
        row.word: row.lexeme for row in rows if row.documents is None and _MENDED.fullmatch(row.lexeme)
    }
    found = {word: _near(connection, stem) for word, stem in unknown.items()}
    return {word: stems for word, stems in found.items() if stems}


def _near(connection: sa.Connection, stem: str) -> tuple[str, ...]:
    """The likest stems of the vocabulary: one letter away in short words, at most two in long ones."""
    framed = f" {stem} "
    grams = sorted({framed[at : at + 3] for at in range(len(framed) - 2)})
    rows = connection.execute(statement("near_words"), {"grams": grams, "typed": stem}).all()
    farthest = 1 if len(stem) <= _SHORT else 2
    ranked = sorted((OSA.distance(stem, row.word), -row.documents, row.word) for row in rows)
    near = [one for one in ranked if one[0] <= farthest]
    return tuple(word for distance, _, word in near if distance == near[0][0])[:_MOST_SPELLINGS]


def _quoted(stem: str) -> str:
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"
