"""Try a rule on past conversations before it is saved."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from synapse.language.conversation import Conversation
from synapse.language.expression import parse
from synapse.language.rules import Company, CompanyRule, Hit, Rule, RuleBook
from synapse.language.statements import statement
from synapse.language.threads import thread_part
from synapse.language.transcripts import read_transcripts
from synapse.reports.marts import conversations

_MOST_CONVERSATIONS = 5_000
_CHUNK = 200
_AROUND = 90


@dataclass(frozen=True)
class Quote:
    """One hit: the words, what stands around them, and where to listen.

    Attributes:
        conversation_id: Of the card.
        started_at: When the conversation began.
        channel: ``call`` or a messenger.
        speaker: Who said it; None for a measure of the whole call.
        start: Seconds from the beginning of the sound; None for messages and measures of the whole call.
        before: Text before the phrase.
        phrase: The words that hit, or a measure in words.
        after: Text after it.
    """

    conversation_id: str
    started_at: datetime
    channel: str
    speaker: str | None
    start: float | None
    before: str
    phrase: str
    after: str


@dataclass(frozen=True)
class Trial:
    """What a rule finds.

    Attributes:
        looked_at: Conversations that were read, the newest ones.
        found: Of them, those in which the rule holds.
        since: When the oldest of those read began; None where there are none.
        quotes: The first hit of the newest conversations found.
    """

    looked_at: int
    found: int
    since: datetime | None
    quotes: tuple[Quote, ...]

    @property
    def share(self) -> float:
        """Found among those looked at, 0 to 1."""
        return self.found / self.looked_at if self.looked_at else 0.0


def try_rule(connection: sa.Connection, when: str, *, seconds: float = 0.6, quotes: int = 20) -> Trial:
    """Look a rule up in the newest conversations.

    Args:
        connection: On a warehouse with marts.
        when: The rule.
        seconds: No further conversations are read after this time.
        quotes: Hits returned at most, one per conversation.

    Raises:
        ExpressionError: The rule cannot be read.
    """
    node = parse(when)
    rule = Rule(field="topic", value="trial", name="trial", phrases=[when])
    book = RuleBook([], Company(rules=(CompanyRule(rule, node),)))
    until = time.monotonic() + seconds
    looked_at, found, since = 0, 0, None
    kept: list[Quote] = []
    for row, conversation in _newest(connection):
        looked_at, since = looked_at + 1, row.started_at
        hits = book.hits(conversation)
        found += bool(hits)
        if hits and len(kept) < quotes:
            kept.append(_quote(row, hits[0]))
        if time.monotonic() > until:
            break
    return Trial(looked_at, found, since, tuple(kept))


def _newest(connection: sa.Connection) -> Iterator[tuple[Any, Conversation]]:
    t = conversations.c
    rows = connection.execute(
        sa.select(t.conversation_id, t.channel, t.started_at, t.ended_at, t.transcript_id)
        .where(sa.or_(t.transcript_id.is_not(None), t.channel != "call"))
        .order_by(t.started_at.desc())
        .limit(_MOST_CONVERSATIONS)
    ).all()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        spoken = [row for row in chunk if row.transcript_id is not None]
        read = read_transcripts(connection, {row.transcript_id: row.started_at for row in spoken})
        calls = {one.id: one.conversation for one in read}
        threads = _threads(connection, [row for row in chunk if row.transcript_id is None])
        for row in chunk:
            conversation = calls.get(row.transcript_id) or threads.get(row.conversation_id)
            if conversation is not None:
                yield row, conversation


def _threads(connection: sa.Connection, rows: Sequence[Any]) -> Mapping[str, Conversation]:
    """Parts of message threads, by the conversation's id; a thread's own name may have colons."""
    threads = {row.conversation_id: row.conversation_id.partition(":")[2].rpartition(":")[0] for row in rows}
    if not threads:
        return {}
    named = dict.fromkeys((row.channel, threads[row.conversation_id]) for row in rows)
    messages = connection.execute(
        statement("thread_messages"),
        {"channels": [channel for channel, _ in named], "threads": [thread for _, thread in named]},
    ).all()
    said = {
        key: list(group) for key, group in groupby(messages, key=lambda one: (one.channel, one.thread_id))
    }
    return {
        row.conversation_id: thread_part(
            row.channel,
            [
                one
                for one in said.get((row.channel, threads[row.conversation_id]), [])
                if row.started_at <= one.sent_at <= row.ended_at
            ],
        )
        for row in rows
    }


def _quote(row: Any, hit: Hit) -> Quote:
    before, phrase, after = "", hit.phrase, ""
    if hit.span is not None:
        start, end = hit.span
        text = hit.utterance.text
        before = ("…" if start > _AROUND else "") + text[max(0, start - _AROUND) : start]
        after = text[end : end + _AROUND] + ("…" if len(text) > end + _AROUND else "")
    return Quote(
        row.conversation_id,
        row.started_at,
        row.channel,
        None if hit.is_whole else hit.utterance.speaker,
        None if hit.is_whole else hit.utterance.start_seconds,
        before,
        phrase,
        after,
    )
