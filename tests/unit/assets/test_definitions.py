"""The code location loads whole, under the names that documents and bookmarks use."""

from typing import Any

import dagster as dg
import pytest

from synapse_assets.definitions import defs

PYTHON_ASSETS = {
    "call_records",
    "channel_events",
    "queue_events",
    "receipts",
    "channel_costs",
    "ready_transcripts",
    "web_events",
    "messages",
    "recordings",
    "transcripts",
    "imported_transcripts",
    "insights",
    "contacts",
    "backups",
}
MARTS = {
    "dim_agents",
    "dim_calendar",
    "dim_campaigns",
    "dim_contacts",
    "fct_agent_days",
    "fct_attribution",
    "fct_calls",
    "fct_channel_costs",
    "fct_conversations",
    "fct_conversion",
    "fct_journeys",
    "fct_leakage",
    "fct_receipts",
    "fct_sla",
    "rpt_channel_returns",
    "rpt_cohorts",
    "rpt_coverage_days",
    "rpt_sources",
    "rpt_survival",
}


@pytest.fixture(scope="module")
def graph() -> Any:
    return defs.resolve_asset_graph()


def test_all_definitions_are_loadable() -> None:
    assert dg.Definitions.validate_loadable(defs) is None


def test_python_assets_keep_their_names(graph: Any) -> None:
    python = {
        key.to_user_string() for key in graph.materializable_asset_keys if "dbt" not in graph.get(key).kinds
    }
    assert python == PYTHON_ASSETS


def test_dashboards_lie_downstream_of_the_views_they_ask(graph: Any) -> None:
    boards = {key.path[1]: graph.get(key) for key in graph.get_all_asset_keys() if key.path[0] == "metabase"}
    assert boards.keys() == {"agents", "conversion", "health", "leakage", "quality", "sla"}
    assert {key.to_user_string() for key in boards["leakage"].parent_keys} == {"bi/bi_fct_leakage"}
    for board in boards.values():
        assert all(graph.get(key).is_materializable for key in board.parent_keys)


def test_every_mart_is_an_asset(graph: Any) -> None:
    marts = {key.path[-1] for key in graph.materializable_asset_keys if key.path[0] == "marts"}
    assert marts >= MARTS


def test_every_asset_says_what_it_is_and_who_looks_after_it(graph: Any) -> None:
    bare = [
        key.to_user_string()
        for key in graph.materializable_asset_keys
        if not (graph.get(key).description and graph.get(key).owners and graph.get(key).group_name)
    ]
    assert bare == []


def test_marts_are_downstream_of_every_source(graph: Any) -> None:
    upstream = {
        key.to_user_string()
        for key in dg.AssetSelection.assets(dg.AssetKey(["marts", "fct_leakage"])).upstream().resolve(graph)
    }
    assert upstream >= {"call_records", "queue_events", "messages", "receipts", "insights", "contacts"}


def test_every_sensor_and_schedule_explains_itself_and_runs_from_the_start() -> None:
    by_itself = {"automation"}  # off on purpose: `arrivals` does the same in whole builds
    for sensor in defs.sensors or []:
        if sensor.name not in by_itself:
            assert sensor.default_status is dg.DefaultSensorStatus.RUNNING, sensor.name
    for schedule in defs.schedules or []:
        assert isinstance(schedule, dg.ScheduleDefinition)
        assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING, schedule.name
        assert schedule.description
