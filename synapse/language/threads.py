"""Message threads as conversations: parts between silences, labelled like calls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from synapse.database.reading_marks import begin_reading, finish_reading
from synapse.language.conversation import Conversation, Speaker, Utterance
from synapse.language.insight import Insight, understand
from synapse.language.rules import RuleBook
from synapse.language.statements import statement
from synapse.language.store import Subject, ThreadPart, write_insights
from synapse.language.working_time import WorkingTime

SILENCE = timedelta(hours=24)
_READER, _SOURCE = "insights", "raw.messages"
_BATCH = 200


def label_threads(
    engine: sa.Engine, rules: RuleBook, hours: WorkingTime, version: Mapping[str, object]
) -> Iterator[tuple[list[Insight], int]]:
    """Label the threads that got messages since the last time, or were labelled by other rules.

    Args:
        engine: Of the warehouse.
        rules: The compiled rules.
        hours: The company's zone and working hours.
        version: ``version``, its part ``shipped``, and since when a conversation is ``recent``.

    Yields:
        After each batch the labels that were written and how many messages they come from.
    """
    with engine.connect() as connection:
        reading = begin_reading(connection, _READER, _SOURCE)
        wanted = {"since": reading.since, **version}
        threads = [
            (row.channel, row.thread_id) for row in connection.execute(statement("threads_to_label"), wanted)
        ]
    for start in range(0, len(threads), _BATCH):
        yield _label_batch(engine, threads[start : start + _BATCH], rules, hours, str(version["version"]))
    with engine.begin() as connection:
        connection.execute(statement("forget_lost_threads"))
        finish_reading(connection, _READER, _SOURCE, reading)


def split_by_silence(messages: Iterable[Any]) -> list[list[Any]]:
    """Split messages in order of time where one comes more than 24 hours after the one before it."""
    parts: list[list[Any]] = []
    for message in messages:
        if parts and message.sent_at - parts[-1][-1].sent_at <= SILENCE:
            parts[-1].append(message)
        else:
            parts.append([message])
    return parts


def _label_batch(
    engine: sa.Engine,
    threads: Sequence[tuple[str, str]],
    rules: RuleBook,
    hours: WorkingTime,
    version: str,
) -> tuple[list[Insight], int]:
    names = {"channels": [channel for channel, _ in threads], "threads": [thread for _, thread in threads]}
    with engine.begin() as connection:
        messages = connection.execute(statement("thread_messages"), names).all()
        labelled: list[tuple[Subject, Insight]] = []
        for (channel, thread_id), rows in groupby(messages, key=lambda row: (row.channel, row.thread_id)):
            for part in split_by_silence(rows):
                subject = ThreadPart(channel, thread_id, part[0].message_id)
                labelled.append((subject, understand(thread_part(channel, part), rules, hours)))
        parts = [subject for subject, _ in labelled if isinstance(subject, ThreadPart)]
        connection.execute(
            statement("forget_lost_parts"),
            names
            | {
                "part_channels": [part.channel for part in parts],
                "part_threads": [part.thread_id for part in parts],
                "firsts": [part.first_message_id for part in parts],
            },
        )
        write_insights(connection, labelled, version)
    return [insight for _, insight in labelled], len(messages)


def thread_part(channel: str, messages: Sequence[Any]) -> Conversation:
    """Messages of people as utterances; a bot's keep their place but are not read."""
    utterances = [
        Utterance(position, _speaker(message.direction), message.text or "", message.sent_at)
        for position, message in enumerate(messages)
        if message.author_kind != "bot"
    ]
    return Conversation(utterances, channel)


def _speaker(direction: str) -> Speaker:
    return "client" if direction == "inbound" else "agent"
