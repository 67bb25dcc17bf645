"""The identity graph in Postgres: from landed rows to contacts, again and again."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from synapse.database.tables.core import contact_aliases, contact_identifiers, contacts, identity_links
from synapse.database.tables.raw import call_records, messages, receipts, web_events
from synapse.identity import graph
from synapse.identity.graph import refresh_contacts, resolve_contact
from synapse.settings.sections import Settings, Thresholds

SETTINGS = Settings(thresholds=Thresholds(shared_identifier_contacts=3))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
IVAN, ANNA = "+79161234567", "+79031112233"

_numbers: Iterator[int] = iter(range(1, 10**9))


def call(
    src: str, dst: str, *, minutes: int = 0, channel: str = "PJSIP/trunk-00000001", **more: Any
) -> dict[str, Any]:
    return {
        "row_hash": uuid4(),
        "started_at": START + timedelta(minutes=minutes),
        "uniqueid": "1.1",
        "src": src,
        "dst": dst,
        "channel": channel,
        "caller_name": "",
        **more,
    }


def receipt(*, minutes: int = 0, **more: Any) -> dict[str, Any]:
    at = START + timedelta(minutes=minutes)
    given = {
        "source": "onec",
        "receipt_number": str(next(_numbers)),
        "issued_at": at,
        "issued_on": at.date(),
        "kind": "sale",
        "amount": 100,
        "phones_in_comment": [],
    }
    empty = dict.fromkeys(("phone", "email", "customer_code", "customer_name"))
    return given | empty | more


def event(*, minutes: int = 0, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("client_id", "ga_client_id", "ym_uid", "session_id", "phone", "email"))
    given = {
        "event_id": uuid4(),
        "occurred_at": START + timedelta(minutes=minutes),
        "site": "s",
        "event_name": "page_view",
    }
    return given | empty | {"is_bot": False} | more


def message(identifiers: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "channel": "telegram",
        "thread_id": "1",
        "author": None,
        "message_id": str(next(_numbers)),
        "direction": "inbound",
        "author_kind": "client",
        "sent_at": START,
        "identifiers": identifiers,
        **more,
    }


def land(engine: sa.Engine, table: sa.Table, *rows: dict[str, Any]) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(table), list(rows))


def contact_of(engine: sa.Engine, kind: str, value: str) -> int | None:
    with engine.connect() as connection:
        found = sa.select(contact_identifiers.c.contact_id).where(
            contact_identifiers.c.kind == kind, contact_identifiers.c.value == value
        )
        return connection.execute(found).scalar_one()  # type: ignore[no-any-return]


def partition(engine: sa.Engine) -> set[frozenset[tuple[str, str]]]:
    groups: dict[int, set[tuple[str, str]]] = {}
    with engine.connect() as connection:
        for row in connection.execute(sa.select(contact_identifiers)):
            if row.contact_id is not None:
                groups.setdefault(row.contact_id, set()).add((row.kind, row.value))
    return {frozenset(group) for group in groups.values()}


def everything(engine: sa.Engine) -> list[list[Any]]:
    with engine.connect() as connection:
        tables = (contacts, contact_identifiers, contact_aliases, identity_links)
        return [sorted(map(str, connection.execute(sa.select(table)))) for table in tables]


def test_a_caller_who_buys_is_one_contact(engine: sa.Engine) -> None:
    land(engine, call_records, call("89161234567", "500", caller_name="Ivan"))
    land(engine, receipts, receipt(phone=IVAN, customer_code="К-1", customer_name="Петров Иван", minutes=60))
    outcome = refresh_contacts(engine, SETTINGS)
    assert partition(engine) == {frozenset({("phone", IVAN), ("code", "К-1")})}
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(contacts))
    assert row.display_name == "Петров Иван"
    assert (row.first_seen_at, row.last_seen_at) == (START, START + timedelta(hours=1))
    assert (outcome.identifiers_new, outcome.links_new, outcome.contacts_new) == (2, 1, 1)


def test_the_queue_before_a_caller_s_name_is_left_out(engine: sa.Engine) -> None:
    land(engine, call_records, call("89161234567", "500", caller_name="Продажи:ИП Титов"))
    refresh_contacts(engine, SETTINGS)
    with engine.connect() as connection:
        assert connection.execute(sa.select(contacts.c.display_name)).scalars().all() == ["ИП Титов"]


def test_only_the_outside_party_of_a_call_is_a_contact(engine: sa.Engine) -> None:
    land(
        engine,
        call_records,
        call("89161234567", "74951234501"),
        call("101", "89031112233", channel="PJSIP/101-00000002", caller_name="Анна Белова"),
        call("74951234501", "89031112244", channel="PJSIP/101-00000003"),
        call("101", "102", channel="PJSIP/101-00000004"),
        call("anonymous", "500"),
        call("", "500"),
        call("89161234567", "101", channel="Local/101@from-queue-00000001;2"),
        call("102", "989031112255", channel="PJSIP/102-00000005"),
    )
    refresh_contacts(engine, SETTINGS)
    alone = {frozenset({("phone", number)}) for number in (IVAN, ANNA, "+79031112244", "+79031112255")}
    assert partition(engine) == alone
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count(contacts.c.display_name))).scalar_one() == 0


def test_a_form_joins_the_visitor_with_the_telephone(engine: sa.Engine) -> None:
    ids = {"client_id": "c1", "ga_client_id": "g1", "ym_uid": "y1"}
    land(
        engine,
        web_events,
        event(session_id="s1", **ids),
        event(session_id="s2", **ids, phone=IVAN, email="ivan@example.com"),
        event(session_id="s3", client_id="c2"),
        event(session_id="s4", client_id="c3", phone=IVAN, is_bot=True),
        event(session_id="s5", client_id="undefined"),
        event(session_id="s6", client_id="undefined"),
    )
    refresh_contacts(engine, SETTINGS)
    visitor = {("client", "c1"), ("ga", "g1"), ("ym", "y1"), ("session", "s1"), ("session", "s2")}
    assert partition(engine) == {
        frozenset(visitor | {("phone", IVAN), ("email", "ivan@example.com")}),
        frozenset({("client", "c2"), ("session", "s3")}),
        frozenset({("session", "s5")}),
        frozenset({("session", "s6")}),
    }


def test_a_telephone_shared_in_a_chat_joins_the_messenger(engine: sa.Engine) -> None:
    land(
        engine,
        messages,
        message({"telegram": "42"}, author="Иван"),
        message({"telegram": "42", "phone": IVAN}),
        message(
            {"telegram": "43", "nickname": "x"}, author="Оператор", author_kind="agent", direction="outbound"
        ),
    )
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == {
        frozenset({("telegram", "42"), ("phone", IVAN)}),
        frozenset({("telegram", "43")}),
    }
    with engine.connect() as connection:
        assert sorted(connection.execute(sa.select(contacts.c.display_name)).scalars(), key=str) == [
            None,
            "Иван",
        ]


def test_a_merge_keeps_the_older_id_and_remembers_the_younger(engine: sa.Engine) -> None:
    land(engine, call_records, call("89161234567", "500"))
    refresh_contacts(engine, SETTINGS)
    land(engine, receipts, receipt(email="ivan@example.com", customer_code="К-1"))
    refresh_contacts(engine, SETTINGS)
    older, younger = contact_of(engine, "phone", IVAN), contact_of(engine, "code", "К-1")
    assert older is not None and younger is not None and older < younger
    land(engine, receipts, receipt(phone=IVAN, customer_code="К-1", customer_name="Иван"))
    outcome = refresh_contacts(engine, SETTINGS)
    assert contact_of(engine, "email", "ivan@example.com") == older
    assert outcome.contacts_merged == 1
    with engine.connect() as connection:
        assert connection.execute(sa.select(contacts.c.id, contacts.c.display_name)).all() == [
            (older, "Иван")
        ]
        assert resolve_contact(connection, younger) == older
        assert resolve_contact(connection, older) == older


def test_an_alias_follows_its_contact_into_the_next_merge(engine: sa.Engine) -> None:
    phones = ["+79161234561", "+79161234562", "+79161234563"]
    for phone in phones:
        land(engine, call_records, call(phone, "500"))
        refresh_contacts(engine, SETTINGS)
    ids = [contact_of(engine, "phone", phone) for phone in phones]
    land(engine, receipts, receipt(phone=phones[1], phones_in_comment=[phones[2]]))
    refresh_contacts(engine, SETTINGS)
    land(engine, receipts, receipt(phone=phones[0], phones_in_comment=[phones[1]]))
    refresh_contacts(engine, SETTINGS)
    with engine.connect() as connection:
        assert [resolve_contact(connection, one) for one in ids if one is not None] == [ids[0]] * 3


def test_an_identifier_of_too_many_is_shared_and_joins_nobody(engine: sa.Engine) -> None:
    codes = [f"К-{number}" for number in range(4)]
    land(engine, receipts, *(receipt(phone=IVAN, customer_code=code) for code in codes[:3]))
    refresh_contacts(engine, SETTINGS)
    assert len(partition(engine)) == 1
    before = contact_of(engine, "code", codes[0])
    land(engine, receipts, receipt(phone=IVAN, customer_code=codes[3]))
    outcome = refresh_contacts(engine, SETTINGS)
    assert outcome.identifiers_shared == 1
    assert contact_of(engine, "phone", IVAN) is None
    assert partition(engine) == {frozenset({("code", code)}) for code in codes}
    # The contact was first known by its code or its telephone, whichever was numbered first.
    assert before in {contact_of(engine, "code", code) for code in codes}
    land(engine, receipts, receipt(phone=IVAN, customer_code="К-9"))
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == {frozenset({("code", code)}) for code in [*codes, "К-9"]}


def test_a_refresh_without_news_changes_nothing(engine: sa.Engine) -> None:
    land(engine, receipts, receipt(phone=IVAN, customer_code="К-1", customer_name="Иван"))
    land(engine, web_events, event(session_id="s1", client_id="c1", phone=IVAN))
    refresh_contacts(engine, SETTINGS)
    before = everything(engine)
    outcome = refresh_contacts(engine, SETTINGS)
    assert everything(engine) == before
    assert {**outcome.figures(), "seconds": 0} == dict.fromkeys(outcome.figures(), 0)


def test_a_later_sighting_moves_only_the_times(engine: sa.Engine) -> None:
    land(engine, call_records, call("89161234567", "500"))
    refresh_contacts(engine, SETTINGS)
    land(
        engine,
        call_records,
        call("+7 916 123-45-67", "500", minutes=90),
        call("89161234567", "500", minutes=-30),
    )
    refresh_contacts(engine, SETTINGS)
    with engine.connect() as connection:
        (row,) = connection.execute(sa.select(contacts))
    assert (row.first_seen_at, row.last_seen_at) == (
        START - timedelta(minutes=30),
        START + timedelta(minutes=90),
    )


def test_a_killed_refresh_leaves_nothing_and_is_made_good(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(engine, receipts, receipt(phone=IVAN, customer_code="К-1"))
    with monkeypatch.context() as patched:

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(graph, "finish_reading", die)
        with pytest.raises(KeyboardInterrupt):
            refresh_contacts(engine, SETTINGS)
    assert partition(engine) == set()
    refresh_contacts(engine, SETTINGS)
    assert len(partition(engine)) == 1


def test_rows_of_a_load_that_was_still_open_are_not_missed(engine: sa.Engine) -> None:
    with engine.connect() as slow:
        slow.execute(sa.insert(call_records), [call("89161234567", "500")])
        land(engine, call_records, call("89031112233", "500"))
        refresh_contacts(engine, SETTINGS)
        land(engine, call_records, call("89031112244", "500"))
        refresh_contacts(engine, SETTINGS)
        slow.commit()
    refresh_contacts(engine, SETTINGS)
    assert frozenset({("phone", IVAN)}) in partition(engine)


def test_order_and_size_of_increments_do_not_matter(engine: sa.Engine, database_url: str) -> None:
    chance = random.Random(7)
    phones = [f"+7916000{number:04d}" for number in range(25)]
    rows: list[tuple[sa.Table, dict[str, Any]]] = []
    for _ in range(60):
        rows.append(
            (receipts, receipt(phone=chance.choice(phones), customer_code=f"К-{chance.randrange(20)}"))
        )
        rows.append(
            (web_events, event(session_id=f"s{chance.randrange(60)}", client_id=f"c{chance.randrange(15)}"))
        )
        if chance.random() < 0.3:
            rows.append(
                (web_events, event(client_id=f"c{chance.randrange(15)}", phone=chance.choice(phones)))
            )
        rows.append((call_records, call(chance.choice(phones), "500")))
    for table, row in rows:
        land(engine, table, row)
    refresh_contacts(engine, SETTINGS)
    at_once = partition(engine)
    with engine.begin() as connection:
        for table in (identity_links, contact_aliases, contact_identifiers, contacts):
            connection.execute(sa.delete(table))
        connection.execute(sa.text("delete from core.reading_marks"))
        for table in (receipts, web_events, call_records):
            connection.execute(sa.delete(table))
    chance.shuffle(rows)
    for position, (table, row) in enumerate(rows):
        land(engine, table, row)
        if position % 17 == 0:
            refresh_contacts(engine, SETTINGS)
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == at_once
    with engine.connect() as connection:
        alive = set(connection.execute(sa.select(contacts.c.id)).scalars())
        used = set(connection.execute(sa.select(contact_identifiers.c.contact_id)).scalars()) - {None}
    assert alive == used
