"""Search over talks and messages: forms, phrases, beginnings, typing errors, places to listen to."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from synapse.conversations.filter import ConversationFilter
from synapse.conversations.index import index_conversations
from synapse.conversations.listing import count_conversations, list_conversations
from synapse.conversations.query import read_query, understand
from synapse.database.tables.core import insights, transcript_segments, transcripts
from synapse.database.tables.raw import messages
from synapse.database.tables.search import search_documents
from synapse.language.analyse import analyse_transcripts
from synapse.reports import marts
from synapse.security.masking import Masking
from synapse.security.roles import Role
from tests.integration.language.test_analyse import MONDAY, NOW, VERSION, add_transcript, message
from tests.integration.pages.company import create_marts

CALLS = {
    "1.1": [("agent", "Добрый день"), ("client", "Нужен замер окна, ещё подоконники")],
    "1.2": [("client", "Доставка опоздала"), ("agent", "Замерщики приедут, окно готово")],
    "1.3": [("client", "Мой номер 8 916 123-45-67, замеров не было")],
}


@pytest.fixture
def talks(engine: sa.Engine) -> sa.Engine:
    """Three calls and one thread of two parts, labelled, indexed and in the marts."""
    later = MONDAY + timedelta(days=3)
    with engine.begin() as connection:
        create_marts(connection)
        for key, lines in CALLS.items():
            number = add_transcript(connection, lines, key=key)
            text = " ".join(line for _, line in lines)
            connection.execute(sa.update(transcripts).where(transcripts.c.id == number).values(text=text))
        rows = [message(1, MONDAY, "Сколько стоит рассрочка?"), message(2, later, "Есть подоконник белый?")]
        connection.execute(sa.insert(messages), rows)
    analyse_transcripts(engine, VERSION, now=NOW)
    assert index_conversations(engine) == 5
    with engine.begin() as connection:
        for row in connection.execute(sa.select(insights).order_by(insights.c.id)).all():
            connection.execute(sa.insert(marts.conversations).values(_mart(row)))
    return engine


def _mart(row: Any) -> dict[str, Any]:
    call = {"conversation_id": f"call:{row.transcript_id}", "channel": "call"}
    thread = {"conversation_id": f"telegram:77:{row.first_message_id}", "channel": "telegram"}
    started = MONDAY + timedelta(days=3 if row.first_message_id == "2" else 0)
    return {
        **(call if row.transcript_id else thread),
        "direction": "inbound",
        "started_at": started,
        "ended_at": started + timedelta(hours=1),
        "started_on": started.date(),
        "transcript_id": row.transcript_id,
        "insight_id": row.id,
        "topics": row.topics,
    }


def found(engine: sa.Engine, text: str, **more: Any) -> list[str]:
    with engine.connect() as connection:
        page = list_conversations(
            connection, ConversationFilter(text=text, **more), masking=Masking.of(Role.ADMIN)
        )
        assert count_conversations(connection, ConversationFilter(text=text, **more)) == len(page.rows)
        ids = connection.execute(sa.select(transcripts.c.id).order_by(transcripts.c.id)).scalars().all()
    names = {f"call:{number}": f"call {at}" for at, number in enumerate(ids, start=1)}
    return sorted(names.get(row.conversation_id, row.conversation_id) for row in page.rows)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("окнами", ["call 1", "call 2"]),
        ("замер", ["call 1", "call 3"]),
        ("замер*", ["call 1", "call 2", "call 3"]),
        ('"замер окна"', ["call 1"]),
        ('"окна замер"', []),
        ("замер окно", ["call 1"]),
        ("окно -замер", ["call 2"]),
        ("доставка или рассрочка", ["call 2", "telegram:77:1"]),
        ("подоконник", ["call 1", "telegram:77:2"]),
        ("еще", []),  # too common to be indexed
        ("подаконник", ["call 1", "telegram:77:2"]),
        ("растрочка", ["telegram:77:1"]),
        ("дставка", ["call 2"]),
        ("жираф", []),
        ("'; drop table", []),
        ("-", []),
    ],
)
def test_words_are_found_in_calls_and_messages(talks: sa.Engine, text: str, ids: list[str]) -> None:
    assert found(talks, text) == ids


def test_filters_hold_together_with_words(talks: sa.Engine) -> None:
    assert found(talks, "подоконник", channel="telegram") == ["telegram:77:2"]
    assert found(talks, "подоконник", channel="call") == ["call 1"]


def test_a_mended_word_says_what_was_looked_for(talks: sa.Engine) -> None:
    with talks.connect() as connection:
        assert understand(connection, "подаконник белый").respelt == (("подаконник", ("подоконник",)),)
        assert understand(connection, "подоконник").respelt == ()


def test_a_hit_shows_the_words_the_speaker_and_the_second(talks: sa.Engine) -> None:
    with talks.connect() as connection:
        page = list_conversations(
            connection, ConversationFilter(text="доставка замерщик"), masking=Masking.of(Role.ADMIN)
        )
        (row,) = page.rows
        assert row.snippet is not None
        assert (row.snippet.start, row.snippet.speaker) == (0.0, "client")
        assert row.snippet.pieces == ("", "Доставка", " опоздала")
        page = list_conversations(
            connection, ConversationFilter(text="рассрочка"), masking=Masking.of(Role.ADMIN)
        )
        assert page.rows[0].snippet is not None
        assert page.rows[0].snippet.pieces[1] == "рассрочка"
        assert page.rows[0].snippet.start is None


def test_an_observer_sees_the_redacted_text_without_marks(talks: sa.Engine) -> None:
    with talks.connect() as connection:
        page = list_conversations(
            connection, ConversationFilter(text="номер замеров"), masking=Masking.of(Role.OBSERVER)
        )
    assert page.rows[0].snippet is not None
    assert "123-45-67" not in "".join(page.rows[0].snippet.pieces)


def test_what_was_labelled_anew_is_indexed_anew_and_only_that(talks: sa.Engine) -> None:
    assert index_conversations(talks) == 0
    with talks.begin() as connection:
        first = connection.execute(sa.select(sa.func.min(transcripts.c.id))).scalar_one()
        connection.execute(
            sa.update(transcripts).where(transcripts.c.id == first).values(text="нужны жалюзи")
        )
        connection.execute(
            sa.update(transcript_segments)
            .where(transcript_segments.c.transcript_id == first)
            .values(text="нужны жалюзи")
        )
        connection.execute(sa.update(insights).where(insights.c.transcript_id == first).values(version="old"))
    analyse_transcripts(talks, VERSION, now=NOW)
    assert index_conversations(talks) >= 1  # late messages may be read twice
    assert found(talks, "жалюзи") == ["call 1"]
    assert "call 1" not in found(talks, "замер")
    with talks.begin() as connection:
        connection.execute(sa.delete(insights).where(insights.c.transcript_id == first))
        assert connection.execute(sa.select(sa.func.count()).select_from(search_documents)).scalar_one() == 4


def test_what_is_typed_is_read_as_terms() -> None:
    (first, second) = read_query('Ещё "точная фраза" -не* или «ёлки»')
    assert [(one.text, one.kind, one.is_unwanted) for one in first] == [
        ("еще", "word", False),
        ("точная фраза", "phrase", False),
        ("не", "prefix", True),
    ]
    assert [(one.text, one.kind) for one in second] == [("елки", "phrase")]
