"""Finding conversations by words or by a phone number, and showing where the words are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from synapse.conversations.query import Search
from synapse.conversations.statements import statement
from synapse.database.tables.search import search_documents
from synapse.reports.marts import conversations
from synapse.security.masking import Masking

_C = conversations.c
_FEWEST_DIGITS = 10
# Signs of the private use area: no text has them.
_OPENS, _CLOSES = "\ue000", "\ue001"
_OPTIONS = f"StartSel={_OPENS}, StopSel={_CLOSES}, MinWords=8, MaxWords=22, MaxFragments=0"
_MARKED = re.compile(f"{_OPENS}(.*?){_CLOSES}")


@dataclass(frozen=True)
class Snippet:
    """Where the words stand in a conversation.

    Attributes:
        start: Seconds from the beginning of the sound; None for messages.
        speaker: Who said it.
        pieces: The text in pieces; the odd ones (second, fourth …) are what was looked for.
    """

    start: float | None
    speaker: str
    pieces: tuple[str, ...]


def digits_of_phone(text: str) -> str | None:
    """Digits of a full phone number with the country's 7 in front, or None if the text is no number."""
    if re.fullmatch(r"[\d\s()+\-.]+", text) is None:
        return None
    digits = re.sub(r"\D", "", text)
    if len(digits) < _FEWEST_DIGITS:
        return None
    if len(digits) == _FEWEST_DIGITS:
        return "7" + digits
    return "7" + digits[1:] if digits[0] == "8" and len(digits) == 11 else digits


def has_number(number: str) -> sa.ColumnElement[bool]:
    """Condition on ``fct_conversations``: the client's full number.

    Parts of a number find nothing, so that masked numbers cannot be guessed digit by digit.
    """
    return _C.client_number == "+" + number


def has_words(search: Search) -> sa.ColumnElement[bool]:
    """Condition on ``fct_conversations``: said or written words."""
    if not search.wanted:
        return sa.false()
    found = search_documents.c
    wanted = sa.cast(search.wanted, TSQUERY)
    return _C.insight_id.in_(sa.select(found.insight_id).where(found.words.op("@@")(wanted)))


def snippets(
    connection: sa.Connection, search: Search, ids: Sequence[str], *, masking: Masking
) -> dict[str, Snippet]:
    """The first place in each conversation where any of the words stands.

    A text that the reader's role sees redacted is shown so, without marks.
    """
    if not search.shown or not ids:
        return {}
    rows = connection.execute(
        statement("snippets"),
        {"ids": list(ids), "prefixes": search.prefixes, "wanted": search.shown, "options": _OPTIONS},
    )
    return {
        row.conversation_id: Snippet(row.start_seconds, row.speaker, _pieces(row.headline, masking))
        for row in rows
    }


def _pieces(headline: str, masking: Masking) -> tuple[str, ...]:
    plain = headline.replace(_OPENS, "").replace(_CLOSES, "")
    shown = masking.text(plain) or ""
    return tuple(_MARKED.split(headline)) if shown == plain else (shown,)
