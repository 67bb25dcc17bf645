"""Leaks, receipts and enquiries."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from synapse.operations.summary import summarise
from tests.integration.warehouse.built import Built
from tests.integration.warehouse.raw_rows import at

pytestmark = pytest.mark.timeout(900)  # the first test waits for the whole build


def _leaks(built: Built, kind: str) -> dict[str, str]:
    rows = built.rows("select conversation_id, status from marts.fct_leakage where kind = %s", kind)
    return {row["conversation_id"]: row["status"] for row in rows}


def test_a_missed_call_leaks_once_until_somebody_is_reached(built: Built) -> None:
    assert _leaks(built, "missed_call") == {
        "call:2.1": "lost",
        "call:5.1": "recovered",
        "call:6.1": "open",
        "call:7.1": "lost",
        "call:8.1": "lost",
    }
    late = built.row("fct_leakage", "leak_id", "missed_call:5.1")
    assert late["due_at"] == at("2026-03-03 00:30:20")
    assert late["recovered_at"] == at("2026-03-03 09:10:20")
    assert (
        late["explanation"]
        == "Клиент не дозвонился 02.03 в 23:59 и ждал 40 с; поговорили с ним только 03.03 в 09:10."
    )
    waiting = built.row("fct_leakage", "leak_id", "missed_call:6.1")
    assert (waiting["attempts"], waiting["recovered_at"]) == (1, None)


def test_a_call_back_to_another_number_of_the_contact_counts(built: Built) -> None:
    call = built.row("fct_calls", "call_id", "9.1")
    assert (call["is_called_back"], call["reached_at"]) == (True, at("2026-03-05 10:29:30"))


def test_only_an_enquiry_past_its_window_is_lost(built: Built) -> None:
    assert _leaks(built, "lost_lead") == {"call:11.1": "lost"}
    assert built.row("fct_conversion", "enquiry_id", "call:11.1")["is_lost"]
    fresh = built.row("fct_conversion", "enquiry_id", "call:13.1")
    assert (fresh["is_matured"], fresh["is_lost"]) == (False, False)


def test_a_promise_without_a_call_is_broken(built: Built) -> None:
    assert _leaks(built, "broken_promise") == {"call:13.1": "open"}


def test_a_return_is_deducted_from_the_enquiry_it_followed(built: Built) -> None:
    enquiry = built.row("fct_conversion", "enquiry_id", "call:12.1")
    assert (enquiry["is_converted"], enquiry["net_amount"], enquiry["days_to_receipt"]) == (
        True,
        Decimal(6000),
        1,
    )
    returned = built.row("fct_receipts", "receipt_number", "А-2")
    assert (returned["enquiry_id"], returned["match_method"]) == ("call:12.1", "base")


def test_an_unmatched_receipt_stays_with_its_reason(built: Built) -> None:
    receipt = built.row("fct_receipts", "receipt_number", "А-3")
    assert (receipt["match_status"], receipt["enquiry_id"]) == ("unmatched", None)
    assert receipt["unmatched_reason"] == "В чеке нет ни телефона, ни почты, ни кода покупателя"


def test_a_message_is_answered_in_business_time(built: Built) -> None:
    answered = built.row("fct_sla", "conversation_id", "telegram:1414:1")
    assert (answered["response_business_seconds"], answered["is_within_sla"]) == (300, True)
    assert answered["responded_at"] == datetime(2026, 3, 9, 6, 5, tzinfo=UTC)
    waiting = built.row("fct_sla", "conversation_id", "telegram:1515:1")
    assert (waiting["responded_at"], waiting["is_within_sla"]) == (None, False)
    assert _leaks(built, "unanswered_message") == {"telegram:1515:1": "open"}


def test_a_click_leaks_unless_the_visitor_calls(built: Built) -> None:
    silent = built.rows(
        "select client_number, source, is_guess from marts.fct_leakage where kind = 'silent_intent'"
    )
    assert silent == [{"client_number": None, "source": "yandex", "is_guess": True}]
    enquiry = built.row("fct_conversion", "enquiry_id", "call:16.1")
    assert (enquiry["last_source"], enquiry["last_campaign"]) == ("yandex", "spring")
    assert enquiry["intent_click_at"] == at("2026-03-06 14:02:00")


def test_who_calls_just_after_a_stranger_s_click_is_taken_for_the_visitor(built: Built) -> None:
    enquiry = built.row("fct_conversion", "enquiry_id", "call:19.2")
    assert (enquiry["first_source"], enquiry["last_source"], enquiry["last_medium"]) == ("vk", "vk", "social")
    assert (enquiry["is_source_guessed"], enquiry["intent_click_at"]) == (True, at("2026-03-06 16:01:00"))
    for conversation, source, is_guessed in (
        ("call:19.1", "vk", True),
        ("call:19.2", "vk", True),
        ("call:21.1", "2gis.ru", True),
        ("call:16.1", "yandex", False),
        ("call:13.1", None, False),
    ):
        row = built.row("fct_conversations", "conversation_id", conversation)
        assert (row["source"], row["is_source_guessed"]) == (source, is_guessed), conversation
    assert built.row("fct_conversion", "enquiry_id", "call:16.1")["is_source_guessed"] is False


def test_a_contact_s_leaks_are_summed_once_in_a_window(built: Built) -> None:
    counted = built.rows(
        "select contact_id, count(*) as leaks from marts.fct_leakage"
        " where is_counted and contact_id is not null group by contact_id having count(*) > 1"
    )
    assert counted == []
    assert built.rows("select sum(estimated_amount) > 0 as something from marts.fct_leakage")[0]["something"]


def test_the_summary_reads_the_same_figures(built: Built) -> None:
    summary = summarise(built.url)
    assert (summary.inbound_calls, summary.missed_calls, summary.called_back_calls) == (19, 8, 2)
    assert (summary.receipts, summary.matched_receipts) == (3, 2)
    assert summary.enquiries_amount == Decimal(6000)
