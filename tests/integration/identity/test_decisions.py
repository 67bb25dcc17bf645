"""What people decide about contacts wins over records, and can be explained and taken back."""

import random

import pytest
import sqlalchemy as sa

from synapse.database.tables.app import audit_log
from synapse.database.tables.core import (
    contact_aliases,
    contact_identifiers,
    contacts,
    identity_decisions,
    identity_links,
    reading_marks,
)
from synapse.database.tables.raw import call_records, receipts, web_events
from synapse.identity.decisions import (
    DecisionError,
    decisions_of,
    merge_contacts,
    revoke_decision,
    split_identifier,
)
from synapse.identity.explanation import explain
from synapse.identity.graph import apply_decisions, refresh_contacts, resolve_contact
from synapse.security.audit import Actor
from tests.integration.identity.test_graph import (
    ANNA,
    IVAN,
    SETTINGS,
    call,
    contact_of,
    event,
    land,
    partition,
    receipt,
)

EXPERT = Actor("olga", "expert")


def merge(engine: sa.Engine, one: str, other: str, *, applied: bool = True) -> int:
    first, second = contact_of(engine, "phone", one), contact_of(engine, "phone", other)
    assert first is not None
    assert second is not None
    with engine.begin() as connection:
        decision = merge_contacts(connection, first, second, actor=EXPERT, reason="муж и жена, один заказ")
        if applied:
            apply_decisions(connection, SETTINGS)
    return decision


def split(engine: sa.Engine, kind: str, value: str) -> int:
    with engine.begin() as connection:
        decision = split_identifier(connection, kind, value, actor=EXPERT, reason="телефон соседа")
        apply_decisions(connection, SETTINGS)
    return decision


def take_back(engine: sa.Engine, decision: int) -> None:
    with engine.begin() as connection:
        revoke_decision(connection, decision, actor=EXPERT)
        apply_decisions(connection, SETTINGS)


def forget_graph(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for table in (contact_aliases, identity_links, contact_identifiers, contacts, reading_marks):
            connection.execute(sa.delete(table))


def two_callers(engine: sa.Engine) -> None:
    land(engine, call_records, call("89161234567", "500"), call("89031112233", "500", minutes=5))
    land(
        engine,
        receipts,
        receipt(phone=IVAN, customer_code="К-1", minutes=60),
        receipt(phone=ANNA, customer_code="К-2", minutes=70),
    )
    refresh_contacts(engine, SETTINGS)


TOGETHER = {frozenset({("phone", IVAN), ("code", "К-1"), ("phone", ANNA), ("code", "К-2")})}
APART = {frozenset({("phone", IVAN), ("code", "К-1")}), frozenset({("phone", ANNA), ("code", "К-2")})}


def test_a_merge_by_hand_joins_and_the_younger_id_still_leads_to_the_contact(engine: sa.Engine) -> None:
    two_callers(engine)
    ids = contact_of(engine, "phone", IVAN), contact_of(engine, "phone", ANNA)
    merge(engine, IVAN, ANNA)
    assert partition(engine) == TOGETHER
    with engine.connect() as connection:
        assert {resolve_contact(connection, known or 0) for known in ids} == {
            min(map(int, filter(None, ids)))
        }


def test_a_merge_by_hand_outlives_a_rebuild_and_increments(engine: sa.Engine) -> None:
    two_callers(engine)
    merge(engine, IVAN, ANNA)
    land(engine, receipts, receipt(phone=ANNA, minutes=90))
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == TOGETHER
    forget_graph(engine)
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == TOGETHER


def test_a_merge_that_waits_is_made_by_the_next_refresh(engine: sa.Engine) -> None:
    two_callers(engine)
    merge(engine, IVAN, ANNA, applied=False)
    assert partition(engine) == APART
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == TOGETHER


def test_a_merge_taken_back_leaves_what_the_records_say(engine: sa.Engine) -> None:
    two_callers(engine)
    take_back(engine, merge(engine, IVAN, ANNA))
    assert partition(engine) == APART


def test_a_split_wins_over_records_that_come_later_and_over_a_rebuild(engine: sa.Engine) -> None:
    two_callers(engine)
    split(engine, "phone", IVAN)
    expected = {frozenset({("phone", IVAN)}), frozenset({("code", "К-1")})} | (
        APART - {frozenset({("phone", IVAN), ("code", "К-1")})}
    )
    assert partition(engine) == expected
    land(engine, receipts, receipt(phone=IVAN, customer_code="К-1", minutes=100))
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == expected
    forget_graph(engine)
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == expected


def test_a_split_taken_back_joins_again(engine: sa.Engine) -> None:
    two_callers(engine)
    take_back(engine, split(engine, "phone", IVAN))
    assert partition(engine) == APART


def test_what_was_split_off_can_be_merged_with_another_contact(engine: sa.Engine) -> None:
    two_callers(engine)
    split(engine, "phone", IVAN)
    merge(engine, IVAN, ANNA)
    assert partition(engine) == {
        frozenset({("code", "К-1")}),
        frozenset({("phone", IVAN), ("phone", ANNA), ("code", "К-2")}),
    }


def test_a_later_split_takes_a_merge_of_that_identifier_back(engine: sa.Engine) -> None:
    two_callers(engine)
    merge(engine, IVAN, ANNA)
    split(engine, "phone", ANNA)
    assert frozenset({("phone", IVAN), ("code", "К-1")}) in partition(engine)
    assert frozenset({("phone", ANNA)}) in partition(engine)


def test_a_merge_holds_when_its_identifier_turns_out_shared(engine: sa.Engine) -> None:
    two_callers(engine)
    merge(engine, IVAN, ANNA)
    land(engine, receipts, *(receipt(phone=ANNA, customer_code=f"К-{n}", minutes=200) for n in range(10, 20)))
    refresh_contacts(engine, SETTINGS)
    assert contact_of(engine, "phone", ANNA) is None
    assert frozenset({("phone", IVAN), ("code", "К-1")}) in partition(engine)


def test_increments_in_any_order_follow_decisions_as_a_rebuild_does(engine: sa.Engine) -> None:
    two_callers(engine)
    merge(engine, IVAN, ANNA)
    split(engine, "code", "К-2")
    later = [
        event(client_id="c1", phone=IVAN, minutes=300),
        event(client_id="c2", phone=ANNA, minutes=310),
        event(client_id="c1", session_id="s1", minutes=320),
        event(client_id="c2", email="a@example.ru", minutes=330),
    ]
    random.Random(5).shuffle(later)
    for row in later:
        land(engine, web_events, row)
        refresh_contacts(engine, SETTINGS)
    by_increments = partition(engine)
    forget_graph(engine)
    refresh_contacts(engine, SETTINGS)
    assert partition(engine) == by_increments
    assert frozenset({("code", "К-2")}) in by_increments


def test_a_chain_of_records_and_decisions_explains_a_contact(engine: sa.Engine) -> None:
    two_callers(engine)
    merge(engine, IVAN, ANNA)
    with engine.connect() as connection:
        steps = explain(connection, ("code", "К-1"), ("phone", ANNA))
        numbers = connection.scalars(sa.select(receipts.c.receipt_number).order_by(receipts.c.id)).all()
    assert steps is not None
    assert [(step.left[1], step.right[1], step.source) for step in steps] == [
        ("К-1", IVAN, "receipts"),
        (IVAN, ANNA, "decision"),
    ]
    assert (steps[0].record, steps[1].record, steps[1].reason) == (
        numbers[0],
        "olga",
        "муж и жена, один заказ",
    )


def test_two_contacts_have_no_explanation(engine: sa.Engine) -> None:
    two_callers(engine)
    with engine.connect() as connection:
        assert explain(connection, ("code", "К-1"), ("phone", ANNA)) is None


def test_decisions_are_audited_without_the_identifiers(engine: sa.Engine) -> None:
    two_callers(engine)
    take_back(engine, merge(engine, IVAN, ANNA))
    with engine.connect() as connection:
        lines = connection.execute(sa.select(audit_log).order_by(audit_log.c.id)).all()
        held = connection.execute(sa.select(identity_decisions)).one()
    assert [(line.actor, line.action) for line in lines] == [
        ("olga", "identity.merge"),
        ("olga", "identity.revoke"),
    ]
    assert IVAN not in str(lines)
    assert (held.author, held.revoked_by) == ("olga", "olga")


def test_what_cannot_be_decided_is_refused(engine: sa.Engine) -> None:
    two_callers(engine)
    ivan, anna = contact_of(engine, "phone", IVAN) or 0, contact_of(engine, "phone", ANNA) or 0
    with engine.begin() as connection:
        with pytest.raises(DecisionError, match="one contact already"):
            merge_contacts(connection, ivan, ivan, actor=EXPERT, reason="почему-то")
        with pytest.raises(DecisionError, match="no contact"):
            merge_contacts(connection, ivan, 10**9, actor=EXPERT, reason="почему-то")
        with pytest.raises(DecisionError, match="needs a reason"):
            merge_contacts(connection, ivan, anna, actor=EXPERT, reason=" ")
        assert decisions_of(connection, ivan) == []
