"""Calls and service: what a person would read off the PBX's logs."""

from datetime import date

import pytest

from tests.integration.warehouse.built import Built
from tests.integration.warehouse.raw_rows import at

pytestmark = pytest.mark.timeout(900)  # the first test waits for the whole build


def test_every_model_and_every_test_of_dbt_succeeds(built: Built) -> None:
    assert [one for one in built.results if one[1] not in ("success", "pass")] == []
    assert {"fct_leakage", "a_queue_call_is_one_call_however_many_agents_rang"} <= {
        one[0] for one in built.results
    }


def test_a_queue_call_is_one_call_however_many_agents_rang(built: Built) -> None:
    call = built.row("fct_calls", "call_id", "1.1")
    assert call["legs"] == 3
    assert call["agent_ids"] == ["101", "102", "103"]
    assert (call["first_agent_id"], call["queue"], call["contact_id"]) == ("103", "500", 1)
    assert (call["wait_seconds"], call["hold_seconds"], call["talk_seconds"]) == (15, 14, 65)
    assert built.row("dim_agents", "agent_id", "103")["agent_name"] == "Мария Котова"


def test_a_menu_that_picks_up_is_no_answer(built: Built) -> None:
    call = built.row("fct_calls", "call_id", "2.1")
    assert (call["is_answered"], call["is_missed"], call["talk_seconds"]) == (False, True, 0)


def test_master_csv_alone_makes_one_call_of_two_local_halves(built: Built) -> None:
    call = built.row("fct_calls", "call_id", "3.1")
    assert (call["legs"], call["is_answered"], call["first_agent_id"]) == (2, True, "101")
    assert (call["wait_seconds"], call["talk_seconds"]) == (12, 48)
    assert built.rows("select 1 from marts.fct_calls where call_id = '3.3'") == []


def test_a_day_is_judged_by_the_threshold_of_that_day(built: Built) -> None:
    monday = built.row("fct_sla", "conversation_id", "call:4.1")
    tuesday = built.row("fct_sla", "conversation_id", "call:4.2")
    assert (monday["threshold_seconds"], monday["is_within_sla"]) == (20, True)
    assert (tuesday["threshold_seconds"], tuesday["is_within_sla"]) == (10, False)


def test_a_call_over_midnight_belongs_to_the_day_it_began(built: Built) -> None:
    call = built.row("fct_calls", "call_id", "5.1")
    assert (call["started_on"], call["started_hour"]) == (date(2026, 3, 2), 23)
    assert not call["is_in_business_hours"]
    service = built.row("fct_sla", "conversation_id", "call:5.1")
    assert (service["sla_kind"], service["offered_on"]) == ("callback", date(2026, 3, 3))
    assert (service["response_seconds"], service["response_business_seconds"]) == (9 * 3600 + 600, 620)
    assert service["is_within_sla"]


def test_a_short_abandon_is_neither_missed_nor_judged(built: Built) -> None:
    call = built.row("fct_calls", "call_id", "10.1")
    assert (call["is_missed"], call["is_short_abandon"]) == (False, True)
    service = built.row("fct_sla", "conversation_id", "call:10.1")
    assert (service["sla_kind"], service["is_within_sla"]) == ("abandon", None)


def test_an_outside_line_s_nine_is_no_part_of_the_number(built: Built) -> None:
    call = built.row("fct_calls", "call_id", "5.2")
    assert (call["direction"], call["client_number"], call["contact_id"]) == ("outbound", "+79160000005", 5)
    assert call["answered_at"] == at("2026-03-03 09:10:20")
