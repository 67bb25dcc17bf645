"""A made-up company written straight into the marts, so that pages can be looked at without dbt.

``python -m tests.integration.pages.company URL STORAGE`` fills a migrated database for looking around.
"""

import io
import math
import random
import sys
import wave
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from synapse.conversations.statements import statement
from synapse.database.tables import app, core, raw
from synapse.reports import marts
from synapse.reports.attribution import MODELS
from synapse.settings.sections import Asterisk, Integrations, Settings
from synapse.settings.store import save_settings
from synapse.storage import ObjectStore

NOW = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Moscow")
DAYS = 100
AGENTS = {
    "101": "Ольга Смирнова",
    "102": "Пётр Волков",
    "103": "Марина Лебедева",
    "104": "Игорь Козлов",
    "105": "Анна Новикова",
    "106": "Денис Морозов",
}
# The measurers' queue 502 was never given a name.
QUEUE_NAMES = {"500": "Продажи", "501": "Сервис"}
SOURCES = [("yandex", "cpc"), ("google", "organic"), ("yandex", "organic"), ("vk", "social"), (None, None)]
NAMES = ["Иванова Анна", "Пётр Сергеев", "ООО Уют", "Мария Котова", "Сергей Литвинов", None]
TOPICS = ["price", "delivery", "warranty", "measure"]
AUDIO_KEY = "recordings/2026/11/24/in-500-79161234567-20261124-101500-1700000000.1.wav"
SPOKEN = [
    ("agent", 0.4, 2.6, "Добрый день, компания Тёплый дом, Ольга, слушаю вас", 0.97),
    ("client", 3.0, 6.4, "Здравствуйте, сколько стоит поставить два окна в кухню", 0.93),
    ("agent", 6.8, 9.8, "Примерно сорок тысяч, точнее скажет замерщик", 0.91),
    ("client", 10.2, 13.0, "А когда он сможет приехать", 0.42),
    ("agent", 13.4, 17.2, "Завтра до двенадцати, я перезвоню вам сегодня до шести вечера", 0.95),
    ("client", 17.6, 19.0, "Хорошо, буду ждать, мой номер 8 916 123-45-67", 0.9),
    ("client", 19.0, 19.8, "Карта 4276 1600 0000 1234, чек пришлите на anna.k@example.ru", 0.9),
]


@dataclass
class Rows:
    """Rows gathered before they are written, by table."""

    by_table: dict[sa.Table, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: sa.Table, **values: Any) -> None:
        """Keep one row; columns that are not given become null."""
        row = {**dict.fromkeys(table.columns.keys()), **values} if table.schema == "marts" else values
        self.by_table.setdefault(table, []).append(row)

    def write(self, connection: sa.Connection) -> None:
        """Insert all rows."""
        for table, rows in self.by_table.items():
            for start in range(0, len(rows), 1000):
                connection.execute(sa.insert(table), rows[start : start + 1000])


def create_marts(connection: sa.Connection) -> None:
    """Make empty marts as dbt would."""
    connection.execute(sa.text("create schema if not exists marts"))
    marts.marts.create_all(connection)


def fill_company(connection: sa.Connection, store: ObjectStore | None = None, *, now: datetime = NOW) -> None:
    """Write a hundred days of a busy small company, the same on every call."""
    create_marts(connection)
    dice = random.Random(7)
    rows = Rows()
    for number, name in AGENTS.items():
        rows.add(marts.agents, agent_id=number, agent_name=name)
    for contact in range(1, 401):
        phone = f"+7916{contact:07d}"
        rows.add(
            marts.contacts,
            contact_id=contact,
            display_name=dice.choice(NAMES),
            phone=phone,
            first_seen_at=now - timedelta(days=DAYS),
            last_seen_at=now,
            net_amount=0,
        )
    today = now.astimezone(ZONE).date()
    number = 0
    for back in range(DAYS, -1, -1):
        day = today - timedelta(days=back)
        for _ in range(dice.randint(8, 14) if day.isoweekday() == 7 else dice.randint(38, 56)):
            started = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(
                hours=dice.triangular(8, 21, 12), seconds=dice.randint(0, 59)
            )
            if started < now:
                number += 1
                _call(rows, dice, number, started.astimezone(UTC), now)
        for _ in range(dice.randint(3, 7)):
            started = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(
                hours=dice.uniform(9, 22)
            )
            if started < now:
                number += 1
                _thread(rows, dice, number, started.astimezone(UTC), now)
    _loose_receipts(rows, dice, now)
    rows.write(connection)
    _card(connection, now)
    _coverage(connection)
    connection.execute(statement("index_documents"), {"after": 0, "batch": 1000})
    _people(connection, now)
    _sources(connection, now)
    named = Integrations(asterisk=Asterisk(queue_names=QUEUE_NAMES))
    save_settings(connection, Settings(integrations=named), author="company")
    if store is not None:
        store.put(AUDIO_KEY, io.BytesIO(tone(20.0)), content_type="audio/wav")


def _coverage(connection: sa.Connection) -> None:
    """Count what is known of every day, as the mart does."""
    calls, talks, receipts = marts.calls.c, marts.conversations.c, marts.receipts.c

    def count(*conditions: sa.ColumnElement[bool]) -> Any:
        return sa.func.count().filter(*conditions)

    answered = (calls.is_answered,)
    parts = {
        "answered_calls": (calls.started_on, count(*answered)),
        "recorded_calls": (calls.started_on, count(*answered, calls.recording_id.is_not(None))),
        "transcribed_calls": (calls.started_on, count(*answered, calls.transcript_id.is_not(None))),
        "conversations": (talks.started_on, sa.func.count()),
        "known_contacts": (talks.started_on, count(talks.contact_id.is_not(None))),
        "labelled_conversations": (talks.started_on, count(talks.intent.is_not(None))),
        "enquiries": (marts.conversions.c.enquired_on, sa.func.count()),
        "enquiries_with_source": (
            marts.conversions.c.enquired_on,
            count(marts.conversions.c.last_source.is_not(None)),
        ),
        "receipts": (receipts.issued_on, sa.func.count()),
        "matched_receipts": (receipts.issued_on, count(receipts.match_status == "matched")),
        "receipts_to_review": (receipts.issued_on, count(receipts.match_status == "review")),
    }
    days: dict[Any, dict[str, int]] = {}
    for name, (day, counted) in parts.items():
        for found, amount in connection.execute(sa.select(day, counted).group_by(day)):
            days.setdefault(found, dict.fromkeys(parts, 0))[name] = amount
    connection.execute(
        sa.insert(marts.coverage_days), [{"day": day, **counts} for day, counts in days.items()]
    )


def _busy(started: datetime) -> bool:
    local = started.astimezone(ZONE)
    return local.isoweekday() < 7 and 9 <= local.hour < 20


def _call(rows: Rows, dice: random.Random, number: int, started: datetime, now: datetime) -> None:
    contact = dice.randint(1, 400)
    hour = started.astimezone(ZONE).hour
    direction = dice.choices(("inbound", "outbound"), (3, 1))[0]
    misses = 0.34 if hour in (12, 13) or hour >= 18 else 0.1
    inbound = direction == "inbound"
    short = inbound and dice.random() < 0.04
    answered = not short and dice.random() > (misses if inbound else 0.25)
    wait = dice.randint(1, 4) if short else int(dice.expovariate(1 / 14)) + 3
    talk = dice.randint(30, 420) if answered else 0
    agent = dice.choice(list(AGENTS)) if answered or not inbound else None
    queue = dice.choice(("500", "501", "502")) if inbound else None
    missed = inbound and not answered and not short
    ended = started + timedelta(seconds=wait + talk)
    local = started.astimezone(ZONE)
    sales = answered and inbound and dice.random() < 0.45
    conversation = f"call:17000000{number:05d}.1"
    source, medium = dice.choices(SOURCES, (5, 3, 2, 1, 4))[0]
    reached = ended + timedelta(minutes=dice.uniform(4, 200)) if missed and dice.random() < 0.72 else None
    common = {"contact_id": contact, "client_number": f"+7916{contact:07d}", "queue": queue}
    rows.add(
        marts.calls,
        call_id=conversation.removeprefix("call:"),
        conversation_id=conversation,
        direction=direction,
        first_agent_id=agent,
        agent_ids=[agent] if agent else [],
        started_at=started,
        answered_at=started + timedelta(seconds=wait) if answered else None,
        ended_at=ended,
        started_on=local.date(),
        started_hour=hour,
        wait_seconds=wait,
        talk_seconds=talk,
        hold_seconds=0,
        is_answered=answered,
        is_missed=missed,
        is_short_abandon=short,
        is_in_business_hours=_busy(started),
        is_hidden_number=False,
        transfers=0,
        legs=dice.randint(1, 4),
        is_called_back=reached is not None and reached - ended < timedelta(minutes=30),
        reached_at=reached,
        callback_attempts=dice.randint(0, 2) if missed else 0,
        **common,
    )
    rows.add(
        marts.conversations,
        conversation_id=conversation,
        channel="call",
        direction=direction,
        agent_id=agent,
        started_at=started,
        ended_at=ended,
        started_on=local.date(),
        is_in_business_hours=_busy(started),
        messages=0,
        is_answered=answered,
        is_missed=missed,
        response_seconds=wait if answered and inbound else None,
        intent="sales" if sales else "service" if answered else None,
        is_sales_enquiry=sales,
        topics=dice.sample(["price", "delivery", "warranty", "measure"], dice.randint(0, 2))
        if answered
        else [],
        is_complaint=answered and dice.random() < 0.03,
        toxicity=0.0,
        call_id=conversation.removeprefix("call:"),
        source=source,
        medium=medium,
        **common,
    )
    if inbound:
        _sla(rows, conversation, "call", started, ended, agent, queue, wait, answered, short, reached)
    if missed and (reached is None or reached - ended > timedelta(minutes=30)):
        _leak(rows, dice, "missed_call", conversation, contact, ended, reached, agent, queue, now)
    if sales:
        _enquiry(rows, dice, number, conversation, contact, started, agent, (source, medium), now)


def _sla(rows, conversation, channel, started, ended, agent, queue, wait, answered, short, reached) -> None:
    kind = "abandon" if short else "answer" if answered else "callback"
    offered = ended if kind == "callback" else started
    local = offered.astimezone(ZONE)
    response = wait if answered else int((reached - ended).total_seconds()) if reached else None
    limit = 20 if kind == "answer" else 1800
    rows.add(
        marts.service_levels,
        conversation_id=conversation,
        channel=channel,
        sla_kind=kind,
        agent_id=agent,
        queue=queue,
        offered_at=offered,
        offered_on=local.date(),
        offered_hour=local.hour,
        responded_at=reached,
        response_seconds=response,
        threshold_seconds=limit,
        is_within_sla=None if short else response is not None and response <= limit,
        is_answered=answered,
        is_short_abandon=short,
        is_in_business_hours=_busy(offered),
    )


def _leak(rows, dice, kind, conversation, contact, occurred, recovered, agent, queue, now) -> None:
    recovered = recovered if recovered and recovered < now else None
    status = "recovered" if recovered else "open" if now - occurred < timedelta(days=7) else "lost"
    amount = round(dice.uniform(2_000, 31_000), 2)
    rows.add(
        marts.leakage,
        leak_id=f"{kind}:{conversation}",
        kind=kind,
        contact_id=contact,
        conversation_id=conversation,
        client_number=f"+7916{contact:07d}",
        occurred_at=occurred,
        occurred_on=occurred.astimezone(ZONE).date(),
        due_at=occurred + timedelta(minutes=30),
        recovered_at=recovered,
        status=status,
        agent_id=agent,
        queue=queue,
        channel=conversation.partition(":")[0],
        is_in_business_hours=_busy(occurred),
        attempts=dice.randint(0, 2),
        estimated_amount=amount,
        saved_amount=amount if status == "recovered" else 0,
        explanation=f"Клиент +7916{contact:07d} не дождался ответа, за 30 минут с ним никто не поговорил.",
    )


def _enquiry(rows, dice, number, conversation, contact, started, agent, touch, now) -> None:
    bought = dice.random() < 0.24
    days = dice.randint(0, 20)
    issued = started + timedelta(days=days, hours=2)
    bought = bought and issued < now
    old = now - started > timedelta(days=30)
    amount = round(dice.lognormvariate(10.4, 0.6), 2) if bought else 0
    talked = bought or dice.random() < 0.8
    agreed = bought or (talked and dice.random() < 0.45)
    rows.add(
        marts.conversions,
        enquiry_id=conversation,
        contact_id=contact,
        enquired_at=started,
        enquired_on=started.astimezone(ZONE).date(),
        channel="call",
        agent_id=agent,
        qualified_at=started if talked else None,
        appointment_at=started if agreed else None,
        first_receipt_at=issued if bought else None,
        last_source=touch[0],
        last_medium=touch[1],
        is_converted=bought,
        is_matured=bought or old,
        is_lost=old and not bought,
        days_to_receipt=days if bought else None,
        net_amount=amount,
    )
    _credit(rows, conversation, started, touch, amount, bought)
    if bought:
        _receipt(rows, number, contact, issued, amount, conversation, "matched", 0.97)
    elif old and dice.random() < 0.3:
        _leak(rows, dice, "lost_lead", conversation, contact, started, None, agent, None, now)
    elif not old and now - started > timedelta(days=7) and dice.random() < 0.4:
        _leak(rows, dice, "stalled_lead", conversation, contact, started, None, agent, None, now)
    elif dice.random() < 0.06:
        _leak(rows, dice, "broken_promise", conversation, contact, started, None, agent, None, now)


def _credit(rows, conversation, started, touch, amount, bought) -> None:
    for model in MODELS:
        shared = {
            "attribution_model": model,
            "source": touch[0],
            "medium": touch[1],
        }
        day = started.astimezone(ZONE).date()
        rows.add(
            marts.attribution,
            **shared,
            enquiry_id=conversation,
            touch_number=1,
            touches=1,
            credit=1,
            credited_amount=amount,
            enquired_on=day,
            is_converted=bought,
            is_matured=bought,
        )
        rows.add(
            marts.channel_returns,
            **shared,
            return_on=day,
            cost=1000 if touch[1] == "cpc" else 0,
            enquiries=1,
            converted=int(bought),
            revenue=amount,
        )


def _receipt(rows, number, contact, issued, amount, conversation, status, confidence) -> None:
    rows.add(
        marts.receipts,
        receipt_id=number,
        source="1c",
        receipt_number=f"ЧК-{number:06d}",
        issued_at=issued,
        issued_on=issued.astimezone(ZONE).date(),
        kind="sale",
        amount=amount,
        currency="RUB",
        contact_id=contact,
        customer_name="Иванова Анна" if (contact or 0) % 2 else "ООО Уют",
        phone=f"+7916{contact:07d}" if contact else None,
        manager="Смирнова О.",
        enquiry_id=conversation,
        match_method="phone" if conversation else None,
        match_confidence=confidence,
        match_status=status,
        unmatched_reason=None if conversation else "в чеке нет телефона",
    )


def _loose_receipts(rows: Rows, dice: random.Random, now: datetime) -> None:
    for index in range(60):
        issued = now - timedelta(days=dice.uniform(0, 90))
        status = "review" if index % 5 == 0 else "unmatched"
        _receipt(rows, 900_000 + index, None, issued, round(dice.uniform(900, 60_000), 2), None, status, None)


def _thread(rows: Rows, dice: random.Random, number: int, started: datetime, now: datetime) -> None:
    contact = dice.randint(1, 400)
    conversation = f"telegram:{5000 + number}:1"
    wait = int(dice.expovariate(1 / 600))
    answered = dice.random() < 0.85
    replied = started + timedelta(seconds=wait) if answered else None
    rows.add(
        marts.conversations,
        conversation_id=conversation,
        channel="telegram",
        direction="inbound",
        contact_id=contact,
        agent_id=dice.choice(list(AGENTS)) if answered else None,
        started_at=started,
        ended_at=started + timedelta(hours=2),
        started_on=started.astimezone(ZONE).date(),
        is_in_business_hours=_busy(started),
        messages=dice.randint(1, 9),
        is_answered=answered,
        is_missed=not answered,
        response_seconds=wait if answered else None,
        topics=[],
        is_sales_enquiry=False,
        is_complaint=False,
    )
    local = started.astimezone(ZONE)
    rows.add(
        marts.service_levels,
        conversation_id=conversation,
        channel="telegram",
        sla_kind="reply",
        offered_at=started,
        offered_on=local.date(),
        offered_hour=local.hour,
        responded_at=replied,
        response_seconds=wait if answered else None,
        response_business_seconds=wait if answered else None,
        threshold_seconds=900,
        is_within_sla=answered and wait <= 900,
        is_answered=answered,
        is_short_abandon=False,
        is_in_business_hours=_busy(started),
    )
    if not answered:
        _leak(rows, dice, "unanswered_message", conversation, contact, started, None, None, None, now)


CARD_ID = "call:1700000000.1"
CHAT_ID = "telegram:4242:1"


def _card(connection: sa.Connection, now: datetime) -> None:
    """One call with sound, words and labels; one chat; one recording that waits."""
    started = now - timedelta(hours=4)
    recording = (
        connection.execute(
            sa.insert(core.recordings)
            .values(
                [
                    _recording(AUDIO_KEY, "ready", started),
                    _recording(AUDIO_KEY.replace(".1.wav", ".2.wav"), "ready", started),
                    _recording(AUDIO_KEY.replace(".1.wav", ".3.wav"), "not_audio", started),
                ]
            )
            .returning(core.recordings.c.id)
        )
        .scalars()
        .all()[0]
    )
    transcript = connection.execute(
        sa.insert(core.transcripts)
        .values(
            recording_id=recording,
            version="seed",
            is_current=True,
            engine="faster-whisper",
            model="synapse-demo",
            text=" ".join(each[3] for each in SPOKEN),
            duration_seconds=20.0,
            silence_seconds=3.1,
            mean_confidence=0.87,
            agent_interruptions=1,
        )
        .returning(core.transcripts.c.id)
    ).scalar_one()
    for position, (speaker, start, end, text, confidence) in enumerate(SPOKEN):
        connection.execute(
            sa.insert(core.transcript_segments).values(
                transcript_id=transcript,
                position=position,
                start_seconds=start,
                end_seconds=end,
                speaker=speaker,
                text=text,
                confidence=confidence,
                is_low_confidence=confidence < 0.6,
                words=_words(text, start, end),
            )
        )
    insight = connection.execute(
        sa.insert(core.insights)
        .values(
            transcript_id=transcript,
            version="seed",
            intent="sales",
            is_sales_enquiry=True,
            intent_confidence=0.9,
            topics=["price", "measure"],
            quality_score=82,
            sentiment="positive",
            outcome="appointment",
            checklist=[
                {"item": "greeting", "is_done": True, "weight": 1, "segment": 0, "phrase": "Добрый день"},
                {"item": "price", "is_done": True, "weight": 2, "segment": 2, "phrase": "сорок тысяч"},
                {"item": "goodbye", "is_done": False, "weight": 1, "segment": None, "phrase": None},
            ],
            summary="Клиент спрашивает цену двух окон, договорились о замере.",
            evidence=[
                {
                    "field": "intent",
                    "value": "sales",
                    "segment": 1,
                    "phrase": "сколько стоит поставить два окна",
                },
                {"field": "topic", "value": "measure", "segment": 2, "phrase": "точнее скажет замерщик"},
            ],
        )
        .returning(core.insights.c.id)
    ).scalar_one()
    connection.execute(
        sa.insert(core.next_steps).values(
            insight_id=insight,
            position=0,
            who="agent",
            action="call_back",
            phrase="перезвоню вам сегодня до шести вечера",
            promised_at=started,
            due_at=now + timedelta(hours=3),
            segment=4,
        )
    )
    chat = connection.execute(
        sa.insert(core.insights)
        .values(
            channel="telegram",
            thread_id="4242",
            first_message_id="1",
            version="seed",
            intent="other",
            is_sales_enquiry=False,
            intent_confidence=0.5,
        )
        .returning(core.insights.c.id)
    ).scalar_one()
    rows = Rows()
    ended = started + timedelta(seconds=28)
    rows.add(
        marts.calls,
        call_id="1700000000.1",
        conversation_id=CARD_ID,
        direction="inbound",
        client_number="+79160000007",
        contact_id=7,
        first_agent_id="101",
        agent_ids=["101", "104"],
        queue="500",
        started_at=started,
        ended_at=ended,
        started_on=started.astimezone(ZONE).date(),
        wait_seconds=8,
        talk_seconds=20,
        hold_seconds=0,
        is_answered=True,
        is_missed=False,
        is_short_abandon=False,
        is_hidden_number=False,
        transfers=1,
        legs=3,
        recording_id=recording,
        transcript_id=transcript,
    )
    common = {
        "contact_id": 7,
        "started_on": started.astimezone(ZONE).date(),
        "is_in_business_hours": True,
        "is_answered": True,
        "is_missed": False,
        "direction": "inbound",
        "is_complaint": False,
    }
    rows.add(
        marts.conversations,
        conversation_id=CARD_ID,
        channel="call",
        client_number="+79160000007",
        agent_id="101",
        queue="500",
        started_at=started,
        ended_at=ended,
        messages=0,
        response_seconds=8,
        intent="sales",
        is_sales_enquiry=True,
        topics=["price", "measure"],
        summary="Клиент спрашивает цену двух окон, договорились о замере.",
        call_id="1700000000.1",
        recording_id=recording,
        transcript_id=transcript,
        insight_id=insight,
        source="yandex",
        medium="cpc",
        campaign="okna-moskva",
        **common,
    )
    rows.add(
        marts.conversations,
        conversation_id=CHAT_ID,
        insight_id=chat,
        channel="telegram",
        agent_id="105",
        started_at=started,
        ended_at=started + timedelta(minutes=9),
        messages=3,
        response_seconds=180,
        topics=[],
        is_sales_enquiry=False,
        **common,
    )
    rows.add(
        marts.leakage,
        leak_id=f"broken_promise:{CARD_ID}",
        kind="broken_promise",
        contact_id=7,
        conversation_id=CARD_ID,
        client_number="+79160000007",
        occurred_at=started,
        occurred_on=started.astimezone(ZONE).date(),
        due_at=now - timedelta(hours=1),
        status="open",
        agent_id="101",
        channel="call",
        attempts=0,
        estimated_amount=18_400,
        saved_amount=0,
        explanation="Обещали перезвонить на +79160000007 до 13:30, но с клиентом никто не связался.",
    )
    rows.write(connection)
    _receipt(receipt := Rows(), 7, 7, now - timedelta(days=3), 41_300, CARD_ID, "matched", 0.98)
    receipt.by_table[marts.receipts][0]["receipt_id"] = 990_007
    receipt.write(connection)
    for index, (direction, kind, minute, text) in enumerate(
        [
            (
                "inbound",
                "client",
                0,
                "Здравствуйте! Сколько стоит блок?\nМой номер 8 (916) 000-00-07",
            ),
            ("outbound", "agent", 3, "Добрый день! От 32 000 рублей с установкой. Записать вас на замер?"),
            ("inbound", "client", 9, "Да, на субботу"),
        ]
    ):
        connection.execute(
            sa.insert(raw.messages).values(
                channel="telegram",
                thread_id="4242",
                message_id=str(index + 1),
                direction=direction,
                author="Мария Котова" if kind == "client" else "Анна Новикова",
                author_kind=kind,
                sent_at=started + timedelta(minutes=minute),
                text=text,
            )
        )


def _words(text: str, start: float, end: float) -> list[dict[str, Any]]:
    words = text.split()
    step = (end - start) / len(words)
    return [
        {"word": word, "start": round(start + i * step, 2), "end": round(start + (i + 1) * step, 2),
         "confidence": 0.3 if word == "замерщик" else 0.95}
        for i, word in enumerate(words)
    ]  # fmt: skip


def _recording(key: str, state: str, started: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "state": state,
        "reason": None if state == "ready" else "не читается как звук",
        "size_bytes": 320_044,
        "started_at": started,
        "started_on": started.astimezone(ZONE).date(),
        "duration_seconds": 20.0 if state == "ready" else None,
    }


def _people(connection: sa.Connection, now: datetime) -> None:
    """The identity graph of the first contacts: a phone and an e-mail each."""
    seen = {"first_seen_at": now - timedelta(days=DAYS), "last_seen_at": now}
    for contact in (1, 2):
        named = sa.insert(core.contacts).values(display_name="Литвинов Сергей", **seen)
        number = connection.execute(named.returning(core.contacts.c.id)).scalar_one()
        for kind, value in (("phone", f"+7916{contact:07d}"), ("email", f"buyer{contact}@example.ru")):
            connection.execute(
                sa.insert(core.contact_identifiers).values(
                    kind=kind, value=value, contact_id=number, name="Литвинов Сергей", name_rank=1, **seen
                )
            )


def _sources(connection: sa.Connection, now: datetime) -> None:
    """A ledger with loaded, failed and silent sources, rejects, an alert and a fresh build."""
    loaded = {
        "asterisk_cdr": ("landing/asterisk/cdr-2026-11.csv", 41_204, 3, timedelta(minutes=6)),
        "asterisk_queue_log": ("landing/asterisk/queue_log", 88_310, 0, timedelta(minutes=6)),
        "onec_receipts": ("landing/1c/чеки_2026-11-20.csv", 1_204, 2, timedelta(days=4)),
        "telegram_messages": ("landing/telegram/2026-11-24.jsonl", 2_310, 0, timedelta(minutes=40)),
    }
    for source, (key, count, rejected, age) in loaded.items():
        file = connection.execute(
            sa.insert(raw.files)
            .values(
                source=source,
                key=key,
                state="loaded",
                size_bytes=1_000_000,
                rows_loaded=count,
                rows_rejected=rejected,
                loaded_at=now - age,
                first_seen_at=now - age,
            )
            .returning(raw.files.c.id)
        ).scalar_one()
        for line in range(rejected):
            connection.execute(
                sa.insert(raw.rejected_rows).values(
                    file_id=file,
                    source=source,
                    line_number=100 + line,
                    reason_code="bad_date",
                    reason="Дата не читается: 32.13.2026",
                    original=f"=1+1;32.13.2026;+7916000000{line};1 200,00",
                    rejected_at=now - age,
                )
            )
    connection.execute(
        sa.insert(raw.files).values(
            source="onec_receipts",
            key="landing/1c/отчёт.xlsx",
            state="failed",
            error="The workbook has no header row.",
            hint="Export the report again as a plain table.",
            first_seen_at=now - timedelta(days=1),
        )
    )
    connection.execute(
        sa.insert(raw.call_records).values(
            row_hash="00000000-0000-0000-0000-000000000001",
            started_at=now - timedelta(minutes=9),
            uniqueid="1700000000.1",
        )
    )
    connection.execute(
        sa.insert(app.alerts).values(
            kind="file_failed",
            subject="landing/1c/отчёт.xlsx",
            message="The workbook has no header row.",
            raised_at=now - timedelta(days=1),
        )
    )
    connection.execute(
        sa.insert(core.refreshes).values(
            started_at=now - timedelta(minutes=5), finished_at=now - timedelta(minutes=4), watermark={}
        )
    )


def tone(seconds: float, rate: int = 8000) -> bytes:
    """A two-channel WAV file that hums, as a telephone recording would be stored."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        frames = bytearray()
        for index in range(int(seconds * rate)):
            level = int(6000 * math.sin(index * 2 * math.pi * 220 / rate))
            frames += level.to_bytes(2, "little", signed=True) * 2
        file.writeframes(bytes(frames))
    return buffer.getvalue()


if __name__ == "__main__":
    from synapse.database.engine import engine_for
    from synapse.storage import open_store

    with engine_for(sys.argv[1]).begin() as connection:
        fill_company(connection, open_store(sys.argv[2]), now=datetime.now(UTC))
