"""Finding conversations by words or by a phone number."""

import re

import sqlalchemy as sa

from synapse.database.tables.core import transcripts
from synapse.database.tables.raw import messages
from synapse.reports.marts import conversations

_C = conversations.c
_FEWEST_DIGITS = 10


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


def matching(text: str) -> sa.ColumnElement[bool]:
    """Condition on ``fct_conversations``: said or written words, or the client's full number.

    Words are compared by their Russian stems; quotes, ``or`` and a leading minus work as in web search.
    Parts of a number find nothing, so that masked numbers cannot be guessed digit by digit.
    """
    number = digits_of_phone(text)
    if number is not None:
        return _C.client_number == "+" + number
    config = sa.text("'russian'::regconfig")
    wanted = sa.func.websearch_to_tsquery(config, text)
    spoken = sa.select(transcripts.c.id).where(
        sa.func.to_tsvector(config, transcripts.c.text).op("@@")(wanted)
    )
    return sa.or_(_C.transcript_id.in_(spoken), _C.conversation_id.in_(_written(config, wanted)))


def _written(config: sa.TextClause, wanted: sa.Function[object]) -> sa.Select[tuple[str]]:
    """Parts of threads with a message that matches; joined by equality, so that Postgres can hash."""
    part = conversations.alias("part")
    thread = sa.func.substring(part.c.conversation_id, "^[^:]+:(.*):[^:]+$")
    return (
        sa.select(part.c.conversation_id)
        .join(
            messages,
            sa.and_(
                messages.c.channel == part.c.channel,
                messages.c.thread_id == thread,
                messages.c.sent_at.between(part.c.started_at, part.c.ended_at),
            ),
        )
        .where(
            part.c.channel != "call",
            sa.func.to_tsvector(config, sa.func.coalesce(messages.c.text, "")).op("@@")(wanted),
        )
    )
