"""Web events, Telegram updates and ready transcripts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from synapse.database.tables.raw import files, messages, ready_transcripts, web_events
from synapse.landing import load
from tests.integration.landing.conftest import NOW, Landing

WEB = "landing/web/events.jsonl"
CHAT = "landing/telegram/updates.jsonl"


def event(number: int, **other: Any) -> str:
    fields = {
        "event_id": f"00000000-0000-4000-8000-{number:012}",
        "event_name": "page_view",
        "occurred_at": "2026-11-24T18:06:54.250Z",
        "session_id": "s1",
        "url": "https://example.com/окна",
    } | other
    return json.dumps(fields, ensure_ascii=False) + "\n"


def update(number: int, kind: str = "message", chat: int = 42, sender: Any = None, **other: Any) -> str:
    message = {
        "message_id": number,
        "date": 1795532814 + number,
        "chat": {"id": chat, "type": "private", "first_name": "Пётр"},
        "from": sender or {"id": 42, "is_bot": False, "first_name": "Пётр", "last_name": "Ёлкин"},
    } | other
    return json.dumps({"update_id": 1000 + number, kind: message}, ensure_ascii=False) + "\n"


def partition_of(landing: Landing, number: int) -> str:
    with landing.engine.connect() as connection:
        return str(
            connection.execute(
                sa.text("select tableoid::regclass::text from raw.web_events where event_id = :id"),
                {"id": f"00000000-0000-4000-8000-{number:012}"},
            ).scalar_one()
        )


def test_events_land_in_the_partition_of_their_day(landing: Landing) -> None:
    landing.put(WEB, event(1) + event(2, occurred_at="2026-11-23T23:59:59+00:00"))
    (outcome,) = landing.load("web_events")
    assert (outcome.state, outcome.rows_loaded, outcome.rows_rejected) == ("loaded", 2, 0)
    assert partition_of(landing, 1) == "raw.web_events_20261124"
    assert partition_of(landing, 2) == "raw.web_events_20261123"


def test_events_that_wait_in_the_default_partition_are_taken_over(landing: Landing) -> None:
    with landing.engine.begin() as connection:
        connection.execute(
            sa.insert(web_events).values(
                event_id="00000000-0000-4000-8000-000000000009", event_name="x", site="s",
                occurred_at=datetime(2026, 11, 24, 1, tzinfo=UTC),
            )
        )  # fmt: skip
    assert partition_of(landing, 9) == "raw.web_events_default"
    landing.put(WEB, event(1))
    landing.load("web_events")
    assert {partition_of(landing, 9), partition_of(landing, 1)} == {"raw.web_events_20261124"}


def test_an_event_keeps_its_fields_and_crawlers_are_marked(landing: Landing) -> None:
    landing.put(
        WEB,
        event(1, site="shop", phone="8 916 123-45-67", email="A@B.ru", scroll_depth=50, colour="red",
              properties={"form": "call"}, consent={"ads": True}, user_agent="Googlebot/2.1")
        + event(2, user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"),
    )  # fmt: skip
    landing.load("web_events")
    with landing.engine.connect() as connection:
        first, second = connection.execute(sa.select(web_events).order_by(web_events.c.event_id)).all()
    assert (first.site, first.phone, first.email, first.scroll_depth) == (
        "shop",
        "+79161234567",
        "a@b.ru",
        50,
    )
    assert (first.properties, first.consent, first.is_bot) == (
        {"form": "call", "colour": "red"},
        {"ads": True},
        True,
    )
    assert (second.is_bot, second.site, second.file_id) == (False, "site", landing.file(WEB).id)


def test_events_are_known_by_their_id_whichever_way_they_came(landing: Landing) -> None:
    landing.put(WEB, event(1) + event(1) + event(2))
    landing.load("web_events")
    landing.put("landing/web/again.jsonl", event(2) + event(3), NOW)
    assert [one.rows_loaded for one in landing.load("web_events")] == [1]
    assert landing.count(web_events) == 3


def test_bad_events_are_rejected_one_by_one(landing: Landing) -> None:
    lines = [
        event(1), "not json\n", "[1]\n", event(2, event_id="x"), event(3, occurred_at="2026-11-24T18:06:54"),
        event(4, occurred_at="2031-01-01T00:00:00Z"), event(5, occurred_at="1971-01-01T00:00:00Z"),
        event(6, url="https://" + "x" * 9000), event(7, properties={"a": "\0"}), '{"a":' * 5000 + "\n", "\n",
        event(8, properties={"x": "y" * 70_000}), event(9),
    ]  # fmt: skip
    landing.put(WEB, "".join(lines))
    (outcome,) = landing.load("web_events")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (2, 10)
    assert [line for line, _ in landing.rejects()] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]


def test_a_corrected_file_of_events_replaces_its_own_rows(landing: Landing) -> None:
    landing.put(WEB, event(1, url="a") + event(2))
    landing.load("web_events")
    landing.put(WEB, event(1, url="b") + event(3), NOW)
    landing.load("web_events")
    ids = landing.rows(web_events, "event_id", "url", order="event_id")
    assert [(str(one)[-1], url) for one, url in ids] == [("1", "b"), ("3", "https://example.com/окна")]


@pytest.mark.parametrize("source", ["web_events", "telegram_messages"])
@pytest.mark.parametrize(
    "data", [b"<html></html>\n", b"a;b\n1;2\n", b"\x1f\x8b\x08" + bytes(99), b"[]\n" * 5000]
)
def test_files_of_another_kind_fail_with_a_reason(landing: Landing, source: str, data: bytes) -> None:
    landing.put(WEB if source == "web_events" else CHAT, data)
    (outcome,) = landing.load(source)
    assert outcome.state == "failed"
    assert outcome.error
    assert landing.pending(source) == []


def test_a_chat_is_a_thread_and_the_staff_answers(landing: Landing) -> None:
    bot = {"id": 7, "is_bot": True, "first_name": "Бот"}
    agent = {"id": 8, "is_bot": False, "first_name": "Анна"}
    landing.put(
        CHAT,
        update(1, text="Здравствуйте")
        + update(2, text="Я бот", sender=bot)
        + update(3, "business_message", text="Слушаю вас", sender=agent)
        + json.dumps({"update_id": 9, "callback_query": {"id": "1"}}) + "\n",
    )  # fmt: skip
    (outcome,) = landing.load("telegram_messages")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (3, 0)
    rows = landing.rows(messages, "thread_id", "message_id", "direction", "author_kind", "author", "text")
    assert rows == [
        ("42", "1", "inbound", "client", "Пётр Ёлкин", "Здравствуйте"),
        ("42", "2", "outbound", "bot", "Бот", "Я бот"),
        ("42", "3", "outbound", "agent", "Анна", "Слушаю вас"),
    ]
    assert landing.rows(messages, "sent_at")[0] == datetime.fromtimestamp(1795532815, UTC)
    assert landing.rows(messages, "identifiers") == [{"telegram": "42"}] * 3
    assert landing.file(CHAT).details["skipped"] == 1


def test_phones_and_addresses_of_the_client_are_identifiers(landing: Landing) -> None:
    text = "😀 пишите на P@Mail.ru или 8 916 123-45-67"
    entities = [
        {"type": "email", "offset": 13, "length": 9},  # in UTF-16 code units: the face is two
        {"type": "phone_number", "offset": 27, "length": 15},
    ]
    own = {"phone_number": "79161234568", "first_name": "П", "user_id": 42}
    friend = {"phone_number": "79161234569", "first_name": "Д", "user_id": 43}
    agent = {"id": 8, "is_bot": False, "first_name": "Анна"}
    landing.put(
        CHAT,
        update(1, text=text, entities=entities)
        + update(2, contact=own)
        + update(3, contact=friend)
        + update(4, "business_message", text=text, entities=entities, sender=agent),
    )
    landing.load("telegram_messages")
    assert landing.rows(messages, "identifiers") == [
        {"telegram": "42", "email": "p@mail.ru", "phone": "+79161234567"},
        {"telegram": "42", "phone": "+79161234568"},
        {"telegram": "42"},
        {"telegram": "42"},
    ]
    assert [one["kind"] for one in landing.rows(messages, "attachments")[1]] == ["contact"]


def test_an_edited_message_is_the_same_message(landing: Landing) -> None:
    landing.put(CHAT, update(1, text="окна") + update(1, "edited_message", text="окна и двери"))
    landing.load("telegram_messages")
    landing.append(CHAT, update(1, "edited_message", text="окна, двери, балкон"), NOW)
    landing.load("telegram_messages")
    assert landing.rows(messages, "text") == ["окна, двери, балкон"]


def test_broken_updates_are_rejected(landing: Landing) -> None:
    lines = [update(1, text="a"), '{"message": {}}\n', '{"update_id": 1, "message": 5}\n',
             update(2, chat="x"), update(3, date="да"), update(4, date=4102444800),
             update(5, text=7)]  # fmt: skip
    landing.put(CHAT, "".join(lines))
    (outcome,) = landing.load("telegram_messages")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (1, 6)


WHISPER = {
    "language": "ru",
    "segments": [
        {"start": 2.0, "end": 3.5, "text": " добрый день", "speaker": "Клиент", "avg_logprob": -0.1,
         "words": [{"word": " добрый", "start": 2.0, "end": 2.5, "probability": 0.9}]},
        {"start": 0, "end": 1.5, "text": "Тёплый дом", "speaker": "agent"},
    ],
}  # fmt: skip
NAME = "landing/transcripts/2026/11/24/in-101-79161234597-20261124-180654-1795532814.137.json"


def test_whisper_json_is_joined_by_the_name_of_the_file(landing: Landing) -> None:
    landing.put(NAME, json.dumps(WHISPER))
    (outcome,) = landing.load("ready_transcripts")
    assert (outcome.state, outcome.rows_loaded) == ("loaded", 1)
    with landing.engine.connect() as connection:
        row = connection.execute(sa.select(ready_transcripts)).one()
    assert (row.format, row.language, row.uniqueid, row.caller_number) == (
        "whisper",
        "ru",
        "1795532814.137",
        "+79161234597",
    )
    assert row.started_at == datetime(2026, 11, 24, 15, 6, 54, tzinfo=UTC)
    assert row.duration_seconds == 3.5
    assert [(one["speaker"], one["text"]) for one in row.segments] == [
        ("agent", "Тёплый дом"),
        ("client", "добрый день"),
    ]
    assert row.segments[1]["confidence"] == pytest.approx(0.9048)
    assert row.segments[1]["words"] == [{"start": 2.0, "end": 2.5, "word": "добрый", "confidence": 0.9}]


def test_fields_overrule_the_name(landing: Landing) -> None:
    landing.put(
        NAME, json.dumps(WHISPER | {"uniqueid": "9.9", "started_at": "2026-11-20T10:00:00Z", "duration": 60})
    )
    landing.load("ready_transcripts")
    assert landing.rows(ready_transcripts, "uniqueid", "started_at", "duration_seconds", order="id") == [
        ("9.9", datetime(2026, 11, 20, 10, tzinfo=UTC), 60.0)
    ]


VTT = """WEBVTT

00:00.000 --> 00:01.500
<v Оператор>Тёплый дом

00:02.000 --> 00:03.500
<v Клиент>добрый день
"""
SRT = """1
00:00:00,000 --> 00:00:01,500
Оператор: Тёплый дом

2
00:00:02,000 --> 00:00:03,500
[Клиент] добрый день
"""


@pytest.mark.parametrize(("suffix", "text"), [("vtt", VTT), ("srt", SRT), ("srt", SRT.replace("\n", "\r\n"))])
def test_captions_are_transcripts(landing: Landing, suffix: str, text: str) -> None:
    landing.put(f"landing/transcripts/1795532814.137.{suffix}", text.encode("utf-8-sig"))
    landing.load("ready_transcripts")
    ((kind, uniqueid, segments),) = landing.rows(
        ready_transcripts, "format", "uniqueid", "segments", order="id"
    )
    assert (kind, uniqueid) == (suffix, "1795532814.137")
    assert [(one["start"], one["end"], one["speaker"], one["text"]) for one in segments] == [
        (0.0, 1.5, "agent", "Тёплый дом"), (2.0, 3.5, "client", "добрый день"),
    ]  # fmt: skip


def test_whisper_cpp_json(landing: Landing) -> None:
    part = {"offsets": {"from": 0, "to": 1500}, "text": " Тёплый дом"}
    landing.put(
        "landing/transcripts/1.1.json", json.dumps({"result": {"language": "ru"}, "transcription": [part]})
    )
    landing.load("ready_transcripts")
    ((kind, language, segments),) = landing.rows(
        ready_transcripts, "format", "language", "segments", order="id"
    )
    assert (kind, language, segments[0]["end"]) == ("whisper.cpp", "ru", 1.5)


def test_bad_segments_are_rejected_and_the_others_stay(landing: Landing) -> None:
    parts = [
        {"start": 1, "end": 0, "text": "x"},
        {"text": "x"},
        "x",
        {"start": 0, "end": 1},
        *WHISPER["segments"],
    ]
    landing.put(NAME, json.dumps({"segments": parts}))
    (outcome,) = landing.load("ready_transcripts")
    assert (outcome.state, outcome.rows_rejected) == ("loaded", 4)
    assert [line for line, _ in landing.rejects()] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}",
        b"[" * 100_000,
        b"\x1f\x8b\x08" + bytes(99),
        "Привет".encode("cp1251"),
        b"WEBVTT\n\n",
        b"hello",
    ],
)
def test_what_is_no_transcript_fails_with_a_reason(landing: Landing, data: bytes) -> None:
    landing.put("landing/transcripts/a.json", data)
    landing.put(NAME, json.dumps(WHISPER), NOW)
    assert [one.state for one in landing.load("ready_transcripts")] == ["failed", "loaded"]
    entry = landing.file("landing/transcripts/a.json")
    assert entry.error
    assert entry.hint
    assert landing.pending("ready_transcripts") == []


def test_a_changed_transcript_replaces_the_old_one_and_copies_are_noticed(landing: Landing) -> None:
    landing.put(NAME, json.dumps(WHISPER))
    landing.load("ready_transcripts")
    landing.put(NAME, json.dumps(WHISPER | {"language": "en"}), NOW)
    landing.put(
        NAME.replace("/2026/11/24", ""), json.dumps(WHISPER | {"language": "en"}), NOW + timedelta(seconds=1)
    )
    landing.put(
        NAME.replace("814.137", "815.1"), json.dumps(WHISPER | {"language": "en"}), NOW + timedelta(seconds=2)
    )
    assert [one.state for one in landing.load("ready_transcripts")] == ["loaded", "duplicate", "loaded"]
    assert landing.rows(ready_transcripts, "uniqueid", "language", order="id") == [
        ("1795532814.137", "en"), ("1795532815.1", "en"),
    ]  # fmt: skip


def test_many_small_files_share_transactions(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FILES_PER_TRANSACTION", 50)
    for number in range(120):
        landing.put(f"landing/transcripts/{1795532814 + number}.1.json", json.dumps(WHISPER))
    assert len(landing.load("ready_transcripts")) == 120
    with landing.engine.connect() as connection:
        # each transaction has one time: loaded_at of the rows is the transaction's
        moments = connection.execute(
            sa.select(sa.func.count(ready_transcripts.c.loaded_at.distinct()))
        ).scalar_one()
        states = connection.execute(sa.select(files.c.state.distinct())).scalars().all()
    assert moments == 3
    assert states == ["loaded"]
    assert landing.count(ready_transcripts) == 120
