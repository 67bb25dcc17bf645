"""Labels in Postgres: transcripts and message threads, again and again with the same result."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from synapse.database.tables.core import (
    insights,
    next_steps,
    reading_marks,
    recordings,
    transcript_segments,
    transcripts,
)
from synapse.database.tables.raw import call_records, files, messages, ready_transcripts
from synapse.language import analyse
from synapse.language.analyse import analyse_transcripts, rules_version
from synapse.language.expression import ExpressionError
from synapse.settings.rules import Rules, TopicRule
from synapse.settings.sections import Settings
from synapse.settings.store import SettingsVersion

VERSION = SettingsVersion(0, Settings())
MONDAY = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)  # 10:00 in Moscow

NOW = MONDAY + timedelta(days=30)

SALE = [
    ("agent", "Добрый день, компания Тёплый дом, меня зовут Анна."),
    ("client", "Здравствуйте, хочу заказать два окна, сколько это стоит?"),
    ("agent", "Примерно тридцать тысяч рублей с установкой."),
    ("client", "Дорого что-то."),
    ("agent", "Можем сделать скидку. Я уточню и перезвоню вам через час."),
    ("client", "Хорошо, до свидания."),
    ("agent", "Спасибо за звонок, до свидания!"),
]


def add_transcript(
    connection: sa.Connection,
    lines: Sequence[tuple[str, str]],
    *,
    key: str,
    started_at: datetime | None = MONDAY,
) -> int:
    recording_id = connection.execute(
        sa.insert(recordings)
        .values(
            key=key,
            state="ready",
            size_bytes=1,
            started_at=started_at,
            started_on=MONDAY.date(),
            uniqueid=key,
        )
        .returning(recordings.c.id)
    ).scalar_one()
    transcript_id = connection.execute(
        sa.insert(transcripts)
        .values(
            recording_id=recording_id,
            version="v",
            is_current=True,
            engine="e",
            model="m",
            text="",
            duration_seconds=60,
        )
        .returning(transcripts.c.id)
    ).scalar_one()
    connection.execute(
        sa.insert(transcript_segments),
        [
            {
                "transcript_id": transcript_id,
                "position": position,
                "start_seconds": position * 5.0,
                "end_seconds": position * 5.0 + 4,
                "speaker": speaker,
                "text": text,
            }
            for position, (speaker, text) in enumerate(lines)
        ],
    )
    return int(transcript_id)


def message(
    number: int, sent_at: datetime, text: str, *, direction: str = "inbound", **more: Any
) -> dict[str, Any]:
    return {
        "channel": "telegram",
        "thread_id": "77",
        "message_id": str(number),
        "direction": direction,
        "author_kind": "client" if direction == "inbound" else "agent",
        "sent_at": sent_at,
        "text": text,
        **more,
    }


def stored(engine: sa.Engine) -> list[Any]:
    """Everything but surrogate ids and times of writing."""
    kept = [column for column in insights.c if column.name not in ("id", "created_at")]
    with engine.connect() as connection:
        return list(connection.execute(sa.select(*kept).order_by(*kept[:4])))


def steps(engine: sa.Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(
            connection.execute(
                sa.select(
                    next_steps.c.who, next_steps.c.action, next_steps.c.promised_at, next_steps.c.due_at
                )
                .join(insights, next_steps.c.insight_id == insights.c.id)
                .order_by(insights.c.transcript_id, insights.c.first_message_id, next_steps.c.position)
            )
        )


def test_a_transcript_gets_labels_with_evidence_and_a_due_promise(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        transcript_id = add_transcript(connection, SALE, key="1.1")
    outcome = analyse_transcripts(engine, VERSION, now=NOW)
    (row,) = stored(engine)
    assert row.transcript_id == transcript_id
    assert (row.intent, row.is_sales_enquiry, row.is_complaint) == ("sales", True, False)
    assert {"price", "windows", "discount"} <= set(row.topics)
    assert (row.objection, row.outcome, row.sentiment) == ("expensive", "call_back", "neutral")
    assert row.quality_score == 82.6  # all but the need: 95 of 115
    assert {
        "field": "amount",
        "value": 30_000,
        "segment": 2,
        "phrase": "тридцать тысяч рублей",
    } in row.evidence
    assert set(row.origins.values()) == {"rule"}
    assert row.version == str(rules_version(Rules()))
    promised_at = MONDAY + timedelta(seconds=24)
    assert steps(engine) == [("agent", "call_back", promised_at, promised_at + timedelta(hours=1))]
    assert outcome.figures() | {"seconds": 0} == {
        "conversations": 1,
        "threads": 0,
        "segments": 7,
        "sales_enquiries": 1,
        "complaints": 0,
        "promises": 1,
        "without_start": 0,
        "seconds": 0,
    }


def test_a_second_run_finds_nothing_to_do(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        add_transcript(connection, SALE, key="1.1")
        connection.execute(sa.insert(messages), [message(1, MONDAY, "Сколько стоит окно?")])
    analyse_transcripts(engine, VERSION, now=NOW)
    before = stored(engine)
    analyse_transcripts(engine, VERSION, now=NOW)
    assert stored(engine) == before
    assert analyse_transcripts(engine, VERSION, now=NOW).conversations == 0


def test_only_current_transcripts_are_labelled(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        add_transcript(connection, SALE, key="1.1")
        connection.execute(sa.update(transcripts).values(is_current=False))
    assert analyse_transcripts(engine, VERSION, now=NOW).conversations == 0


def test_labels_of_older_rules_are_replaced_with_their_next_steps(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        add_transcript(connection, SALE, key="1.1")
    analyse_transcripts(engine, VERSION, now=NOW)
    with engine.begin() as connection:
        connection.execute(sa.update(insights).values(version="old", intent="spam"))
    assert analyse_transcripts(engine, VERSION, now=NOW).conversations == 1
    assert [row.intent for row in stored(engine)] == ["sales"]
    assert len(steps(engine)) == 1


def test_a_killed_run_is_finished_by_the_next_one(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with engine.begin() as connection:
        for number in range(5):
            add_transcript(connection, SALE, key=f"1.{number}")
    monkeypatch.setattr(analyse, "_BATCH", 2)

    def die(done: int, total: int, message: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyse_transcripts(engine, VERSION, progress=die, now=NOW)
    assert len(stored(engine)) == 2
    assert analyse_transcripts(engine, VERSION, now=NOW).conversations == 3
    assert (len(stored(engine)), len(steps(engine))) == (5, 5)


def test_the_start_comes_from_the_call_where_the_recording_has_none(engine: sa.Engine) -> None:
    call = {"row_hash": "0" * 32, "started_at": MONDAY + timedelta(hours=1), "uniqueid": "1.1"}
    with engine.begin() as connection:
        connection.execute(sa.insert(call_records), [call])
        add_transcript(connection, SALE, key="1.1", started_at=None)
    analyse_transcripts(engine, VERSION, now=NOW)
    assert [step.promised_at for step in steps(engine)] == [MONDAY + timedelta(hours=1, seconds=24)]


def test_without_a_start_there_are_labels_but_no_promises(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        add_transcript(connection, SALE, key="1.1", started_at=None)
    assert analyse_transcripts(engine, VERSION, now=NOW).without_start == 1
    assert [row.intent for row in stored(engine)] == ["sales"]
    assert steps(engine) == []


def test_a_ready_transcript_is_labelled_like_a_recording(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        file_id = connection.execute(
            sa.insert(files)
            .values(source="ready_transcripts", key="a.json", state="loaded", size_bytes=1)
            .returning(files.c.id)
        ).scalar_one()
        ready_id = connection.execute(
            sa.insert(ready_transcripts)
            .values(file_id=file_id, format="json", started_at=MONDAY, segments=[])
            .returning(ready_transcripts.c.id)
        ).scalar_one()
        add_transcript(connection, SALE, key="1.1")
        connection.execute(sa.update(transcripts).values(recording_id=None, ready_transcript_id=ready_id))
    analyse_transcripts(engine, VERSION, now=NOW)
    assert [step.promised_at for step in steps(engine)] == [MONDAY + timedelta(seconds=24)]


def test_a_transcript_without_words_is_labelled_other(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        add_transcript(connection, [("unknown", "")], key="1.1")
    analyse_transcripts(engine, VERSION, now=NOW)
    assert [(row.intent, row.topics) for row in stored(engine)] == [("other", [])]


def test_a_thread_is_split_by_a_day_of_silence(engine: sa.Engine) -> None:
    later = MONDAY + timedelta(days=3)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(messages),
            [
                message(1, MONDAY, "Сколько стоит поставить окно?"),
                message(
                    2, MONDAY + timedelta(hours=1), "Пришлю расчёт завтра до обеда", direction="outbound"
                ),
                message(3, MONDAY + timedelta(hours=25), "Спасибо"),
                message(4, later, "Мне никто не ответил, это безобразие"),
            ],
        )
    outcome = analyse_transcripts(engine, VERSION, now=NOW)
    assert outcome.threads == 2
    first, second = stored(engine)
    assert (first.first_message_id, first.intent) == ("1", "sales")
    assert (second.first_message_id, second.intent, second.is_complaint) == ("4", "complaint", True)
    tomorrow_noon = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    assert steps(engine) == [("agent", "send", MONDAY + timedelta(hours=1), tomorrow_noon)]


def test_a_message_that_joins_two_parts_leaves_one(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        rows = [message(1, MONDAY, "Здравствуйте"), message(3, MONDAY + timedelta(hours=40), "Есть скидка?")]
        connection.execute(sa.insert(messages), rows)
    analyse_transcripts(engine, VERSION, now=NOW)
    assert len(stored(engine)) == 2
    with engine.begin() as connection:
        connection.execute(sa.insert(messages), [message(2, MONDAY + timedelta(hours=20), "Ау")])
    analyse_transcripts(engine, VERSION, now=NOW)
    assert [row.first_message_id for row in stored(engine)] == ["1"]


def test_a_bots_words_are_not_an_agents(engine: sa.Engine) -> None:
    bot = message(2, MONDAY, "Перезвоним вам через час", direction="outbound", author_kind="bot")
    with engine.begin() as connection:
        connection.execute(sa.insert(messages), [message(1, MONDAY, "Добрый день"), bot])
    analyse_transcripts(engine, VERSION, now=NOW)
    assert steps(engine) == []


def test_labels_of_a_thread_that_is_gone_go_too(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(messages), [message(1, MONDAY, "Добрый день")])
    analyse_transcripts(engine, VERSION, now=NOW)
    with engine.begin() as connection:
        connection.execute(sa.delete(messages))
    analyse_transcripts(engine, VERSION, now=NOW)
    assert stored(engine) == []


def test_a_web_form_without_words_is_taken_as_an_enquiry(engine: sa.Engine) -> None:
    form = message(1, MONDAY, "") | {"channel": "form"}
    with engine.begin() as connection:
        connection.execute(sa.insert(messages), [form])
    analyse_transcripts(engine, VERSION, now=NOW)
    assert [row.is_sales_enquiry for row in stored(engine)] == [True]


def test_changed_company_rules_label_recent_conversations_anew_and_leave_old_ones(engine: sa.Engine) -> None:
    own = Rules(
        topics=[TopicRule(name="Монтаж с ценой", when="клиент: заказать РЯДОМ окно")], relabel_days=90
    )
    changed = SettingsVersion(1, Settings(rules=own))
    old = MONDAY - timedelta(days=100)
    with engine.begin() as connection:
        add_transcript(connection, SALE, key="1.1")
        add_transcript(connection, SALE, key="1.2", started_at=old)
        ago = message(1, old, "Хочу заказать окно") | {"thread_id": "78"}
        connection.execute(sa.insert(messages), [message(1, MONDAY, "Хочу заказать окно"), ago])
    analyse_transcripts(engine, VERSION, now=NOW)
    with engine.begin() as connection:  # else messages are read again while older ones could still arrive
        connection.execute(sa.update(reading_marks).values(read_until=datetime(2100, 1, 1, tzinfo=UTC)))
    outcome = analyse_transcripts(engine, changed, now=NOW)
    assert (outcome.conversations, outcome.threads) == (1, 1)
    labelled = {(row.transcript_id is None, row.version): row.topics for row in stored(engine)}
    present, before = str(rules_version(own)), str(rules_version(Rules()))
    assert present.startswith(before + "+")
    for is_thread in (False, True):
        assert "Монтаж с ценой" in labelled[is_thread, present]
        assert "Монтаж с ценой" not in labelled[is_thread, before]
    assert analyse_transcripts(engine, changed, now=NOW).conversations == 0


def test_a_company_rule_reads_times_and_the_sound_of_the_call(engine: sa.Engine) -> None:
    own = Rules(
        topics=[
            TopicRule(name="Скидка в конце", when="конец 40 с: скидка И ПЕРЕБИВАНИЯ > 2"),
            TopicRule(name="Скидка в начале", when="начало 5 с: скидка"),
        ]
    )
    with engine.begin() as connection:
        add_transcript(connection, SALE, key="1.1")
        connection.execute(sa.update(transcripts).values(agent_interruptions=1, client_interruptions=2))
    with pytest.raises(ExpressionError):  # a measure of the whole call has no place in it
        analyse_transcripts(engine, SettingsVersion(1, Settings(rules=own)), now=NOW)
    own.topics[0].when = "(конец 40 с: скидка) И ПЕРЕБИВАНИЯ > 2"
    analyse_transcripts(engine, SettingsVersion(1, Settings(rules=own)), now=NOW)
    (row,) = stored(engine)
    assert "Скидка в конце" in row.topics
    assert "Скидка в начале" not in row.topics
    assert {one["rule"] for one in row.evidence if "rule" in one} == {"Скидка в конце"}
