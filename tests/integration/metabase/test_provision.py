"""A Metabase follows the files: made once, changed with them, and what people made stays."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from metabase.client import Metabase, MetabaseError
from metabase.definitions import Dashboard, load_dashboards
from metabase.site import ANALYSTS, READERS, DatabaseAccess, Site
from tests.integration.metabase.server import EMAIL, KEY, PASSWORD, State, make_server

ACCESS = DatabaseAccess("postgres", 5432, "synapse", "bi_reader", "secret")
DASHBOARDS = load_dashboards()


def _tables() -> list[dict[str, Any]]:
    columns = sorted({column for one in DASHBOARDS for card in one.cards for column in card.filters.values()})
    names = sorted({column.partition(".")[0] for column in columns})
    return [
        {
            "id": number,
            "name": name,
            "schema": "bi",
            "fields": [
                {"id": 1000 + index, "name": column.partition(".")[2]}
                for index, column in enumerate(columns)
                if column.startswith(f"{name}.")
            ],
        }
        for number, name in enumerate(names, start=500)
    ]


@pytest.fixture
def state() -> State:
    return State(_tables())


@pytest.fixture
def server(state: State) -> Metabase:
    return Metabase(TestClient(make_server(state)), sleep=lambda seconds: None)


@pytest.fixture
def site(server: Metabase) -> Callable[..., Site]:
    server.use_api_key(KEY)

    def make(dashboards: list[Dashboard] | None = None) -> Site:
        found = Site(server, DASHBOARDS if dashboards is None else dashboards)
        found.connect(ACCESS)
        return found

    return make


def actions(steps: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for step in steps:
        found[step.action] = found.get(step.action, 0) + 1
    return found


def test_a_new_server_is_set_up_and_filled(server: Metabase, state: State) -> None:
    properties = server.wait_until_up(60)
    server.set_up(properties["setup-token"], EMAIL, PASSWORD, "Synapse")
    site = Site(server, DASHBOARDS)
    site.connect(ACCESS)
    site.apply()
    cards = sum(len(one.cards) for one in DASHBOARDS)
    assert len(state.cards) == cards
    assert {one["name"] for one in state.dashboards.values()} == {one.name for one in DASHBOARDS}
    leakage = next(one for one in state.dashboards.values() if one["name"] == "Потери")
    assert [one["slug"] for one in leakage["parameters"]] == ["period", "agent", "queue", "channel"]
    for card in leakage["dashcards"]:
        wired = {one["parameter_id"] for one in card["parameter_mappings"]}
        assert wired == {"period", "agent", "queue", "channel"}
    (database,) = state.databases.values()
    assert database["details"]["user"] == "bi_reader"
    assert database["details"]["schema-filters-patterns"] == "bi"


def test_a_second_time_changes_nothing(site: Callable[..., Site], state: State) -> None:
    site().apply()
    before = (repr(state.cards), repr(state.dashboards), repr(state.collections), dict(state.groups))
    steps = site().apply()
    assert actions(steps).keys() == {"keep"}
    assert (repr(state.cards), repr(state.dashboards), repr(state.collections), dict(state.groups)) == before


def test_a_plan_changes_nothing_and_says_what_would_be_done(site: Callable[..., Site], state: State) -> None:
    ready = site()
    before = state.changes
    assert actions(ready.plan()).keys() == {"create"}
    assert state.changes == before
    ready.apply()
    assert actions(ready.plan()).keys() == {"keep"}


def _with_sql(sql: str) -> list[Dashboard]:
    first = DASHBOARDS[0]
    question = first.cards[0].question
    return [replace(first, sql={**first.sql, question: sql}), *DASHBOARDS[1:]]


def test_a_changed_file_changes_its_question_alone(site: Callable[..., Site], state: State) -> None:
    site().apply()
    question = DASHBOARDS[0].cards[0].question
    changed = _with_sql(DASHBOARDS[0].sql[question] + "\n-- newer")
    steps = site(changed).apply()
    assert [step.key for step in steps if step.action == "update"] == [question]
    sql = [one["dataset_query"]["stages"][0]["native"] for one in state.cards.values()]
    assert len([one for one in sql if one.endswith("-- newer")]) == 1
    assert actions(site(changed).apply()).keys() == {"keep"}


def test_what_people_changed_is_told_and_stays_unless_overwriting_is_asked_for(
    site: Callable[..., Site], state: State
) -> None:
    site().apply()
    card = next(iter(state.cards.values()))
    card["name"] = "Моё название"
    steps = site().apply()
    assert actions(steps)["drifted"] == 1
    assert card["name"] == "Моё название"
    site().apply(overwrite=True)
    assert card["name"] != "Моё название"
    assert actions(site().plan()).keys() == {"keep"}


def test_cards_and_dashboards_of_people_are_never_touched(
    site: Callable[..., Site], server: Metabase, state: State
) -> None:
    site().apply()
    collection = next(iter(state.collections))
    theirs = server.post("/api/dashboard", {"name": "Моя доска", "collection_id": collection})
    ours = next(one for one in state.dashboards.values() if one["name"] == "Потери")
    guest = {"id": 9999, "card_id": next(iter(state.cards)) + 500, "row": 40, "col": 0, "size_x": 6}
    guest |= {"size_y": 3, "series": [], "visualization_settings": {}, "parameter_mappings": []}
    ours["dashcards"].append(guest)
    ours["name"] = "Потери!"
    site().apply(overwrite=True)
    assert state.dashboards[theirs["id"]]["name"] == "Моя доска"
    assert [one for one in ours["dashcards"] if one["id"] == 9999]
    assert ours["name"] == "Потери"


def test_what_the_files_no_longer_define_is_archived_only_when_asked_for(
    site: Callable[..., Site], state: State
) -> None:
    site().apply()
    kept = DASHBOARDS[1:]
    gone = len(DASHBOARDS[0].cards) + 1
    assert actions(site(kept).apply())["retired"] == gone
    assert not any(one["archived"] for one in (*state.cards.values(), *state.dashboards.values()))
    site(kept).apply(archive=True)
    assert sum(one["archived"] for one in (*state.cards.values(), *state.dashboards.values())) == gone


def test_readers_see_analysts_may_ask_and_everybody_else_sees_nothing(
    site: Callable[..., Site], state: State
) -> None:
    site().apply()
    groups = {name: str(number) for number, name in state.groups.items()}
    (collection,) = map(str, state.collections)
    (database,) = map(str, state.databases)
    assert state.shown["1"][collection] == "none"
    assert state.shown[groups[READERS]][collection] == "read"
    assert state.shown[groups[ANALYSTS]][collection] == "write"
    assert state.rights["1"][database]["create-queries"] == "no"
    assert state.rights[groups[ANALYSTS]][database]["create-queries"] == "query-builder-and-native"


@pytest.mark.parametrize("version", ["v0.63.5", "v0.58.28", "v0.62.99", ""])
def test_a_version_with_known_holes_is_refused(server: Metabase, state: State, version: str) -> None:
    state.version = version
    with pytest.raises(MetabaseError, match="holes"):
        server.wait_until_up(60)


def test_errors_say_what_to_do(server: Metabase, state: State) -> None:
    with pytest.raises(MetabaseError, match="not signed in"):
        server.get("/api/database")
    with pytest.raises(MetabaseError, match="not signed in"):
        server.sign_in(EMAIL, "wrong")
    server.use_api_key(KEY)
    with pytest.raises(MetabaseError, match="password authentication failed"):
        Site(server, DASHBOARDS).connect(replace(ACCESS, user="nobody"))
    state.health_answers = 1000
    with pytest.raises(MetabaseError, match="does not answer"):
        server.wait_until_up(10)


def test_a_password_is_in_no_text_of_ours() -> None:
    assert "secret" not in repr(ACCESS)
