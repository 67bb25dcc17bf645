"""Calls, misses, call-backs, service levels and leaks of missed calls: marts against truth, exactly."""

from datetime import datetime
from typing import Any

import pytest

from tests.acceptance.company import Company

pytestmark = pytest.mark.acceptance


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _second(moment: datetime | None) -> datetime | None:
    return moment.replace(microsecond=0) if moment else None


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False, "": None}[text]


def _differences(expected: dict[Any, Any], found: dict[Any, Any]) -> list[tuple[Any, Any, Any]]:
    keys = sorted(expected.keys() | found.keys(), key=str)
    return [(key, expected.get(key), found.get(key)) for key in keys if expected.get(key) != found.get(key)]


def test_every_call_is_one_row_with_its_direction_number_and_times(company: Company) -> None:
    expected = {
        row["call_id"]: (
            row["direction"],
            row["client_number"] or None,
            _moment(row["started_at"]),
            _moment(row["answered_at"]),
            _moment(row["ended_at"]),
        )
        for row in company.truth("calls")
    }
    found = {
        row["call_id"]: (
            row["direction"],
            row["client_number"],
            _second(row["started_at"]),
            _second(row["answered_at"]),
            _second(row["ended_at"]),
        )
        for row in company.rows("select * from marts.fct_calls")
    }
    assert len(expected) > 700
    assert _differences(expected, found) == []


def test_who_answered_when_and_what_is_missed_agree(company: Company) -> None:
    flags = ("is_answered", "is_missed", "is_short_abandon", "is_in_business_hours")
    expected = {
        row["call_id"]: (
            *(_flag(row[flag]) for flag in flags),
            int(row["wait_seconds"]),
            row["queue"] or None,
        )
        for row in company.truth("calls")
    }
    found = {
        row["call_id"]: (*(row[flag] for flag in flags), row["wait_seconds"], row["queue"])
        for row in company.rows("select * from marts.fct_calls")
    }
    assert _differences(expected, found) == []


def test_the_first_agent_and_the_transfers_of_answered_calls_agree(company: Company) -> None:
    expected = {
        row["call_id"]: (row["agent_id"], int(row["transfers"]))
        for row in company.truth("calls")
        if row["is_answered"] == "true"
    }
    found = {
        row["call_id"]: (row["first_agent_id"], row["transfers"])
        for row in company.rows("select * from marts.fct_calls where is_answered")
    }
    assert _differences(expected, found) == []


def test_talk_seconds_agree_within_a_second_a_leg(company: Company) -> None:
    expected = {row["call_id"]: int(row["talk_seconds"]) for row in company.truth("calls")}
    found = {
        row["call_id"]: row["talk_seconds"]
        for row in company.rows("select call_id, talk_seconds from marts.fct_calls")
    }
    assert [(k, v, found[k]) for k, v in expected.items() if abs(v - found[k]) > 2] == []


def test_call_backs_and_when_the_client_was_reached_agree(company: Company) -> None:
    expected = {
        row["call_id"]: (_flag(row["is_called_back"]), _moment(row["reached_at"]))
        for row in company.truth("calls")
        if row["is_missed"] == "true"
    }
    found = {
        row["call_id"]: (bool(row["is_called_back"]), _second(row["reached_at"]))
        for row in company.rows("select * from marts.fct_calls where is_missed")
    }
    assert sum(called for called, _ in expected.values()) > 10
    assert _differences(expected, found) == []


def test_service_levels_agree_call_by_call(company: Company) -> None:
    expected = {
        row["call_id"]: (
            row["sla_kind"],
            int(row["response_seconds"])
            if row["response_seconds"] and row["sla_kind"] != "abandon"
            else None,
            _flag(row["is_within_sla"]),
        )
        for row in company.truth("sla")
    }
    found = {
        row["conversation_id"].removeprefix("call:"): (
            row["sla_kind"],
            {
                "answer": row["response_seconds"],
                "callback": row["response_business_seconds"],
                "abandon": None,
            }[row["sla_kind"]],
            row["is_within_sla"],
        )
        for row in company.rows("select * from marts.fct_sla where channel = 'call'")
    }
    assert _differences(expected, found) == []


def test_leaks_of_missed_calls_agree_with_their_state_and_times(company: Company) -> None:
    expected = {
        row["call_id"]: (
            _moment(row["occurred_at"]),
            _moment(row["due_at"]),
            row["status"],
            _moment(row["recovered_at"]),
            int(row["attempts"]),
        )
        for row in company.truth("leaks")
        if row["kind"] == "missed_call"
    }
    found = {
        row["conversation_id"].removeprefix("call:"): (
            _second(row["occurred_at"]),
            _second(row["due_at"]),
            row["status"],
            _second(row["recovered_at"]),
            row["attempts"],
        )
        for row in company.rows("select * from marts.fct_leakage where kind = 'missed_call'")
    }
    assert {state for _, _, state, _, _ in expected.values()} == {"open", "recovered", "lost"}
    assert _differences(expected, found) == []


def test_replies_in_chats_agree_thread_by_thread(company: Company) -> None:
    expected = {
        f"telegram:{row['thread_id']}:{row['number']}": (
            _moment(row["started_at"]),
            int(row["messages"]),
            _moment(row["first_reply_at"]),
            _flag(row["is_within_sla"]),
        )
        for row in company.truth("threads")
        if row["response_business_seconds"] or row["is_within_sla"] == "false"
    }
    found = {
        row["conversation_id"]: (
            row["started_at"],
            row["messages"],
            row["responded_at"],
            row["is_within_sla"],
        )
        for row in company.rows(
            "select sla.*, conversations.started_at, conversations.messages from marts.fct_sla as sla "
            "inner join marts.fct_conversations as conversations using (conversation_id) "
            "where sla.channel = 'telegram' and sla.is_within_sla is not null"
        )
    }
    assert len(expected) > 20
    assert _differences(expected, found) == []


def test_an_agent_is_one_person_in_calls_queues_and_chats(company: Company) -> None:
    agents = {row["agent_id"] for row in company.rows("select agent_id from marts.dim_agents")}
    assert agents == {row["agent_id"] for row in company.truth("calls") if row["agent_id"]}
    replied = company.rows(
        "select distinct agent_id from marts.fct_conversations where channel = 'telegram' and is_answered"
    )
    assert {row["agent_id"] for row in replied} <= agents
