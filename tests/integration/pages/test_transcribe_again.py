"""A button on the card and one for days: from the form to the run of the job."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from sensors.work_requests import work_requests as sensor
from synapse.database.engine import engine_for
from synapse.database.tables.app import audit_log, work_requests
from synapse.database.tables.core import recordings
from synapse.security.roles import Role
from synapse_assets.definitions import defs
from synapse_assets.resources import Warehouse
from tests.integration.pages.company import AUDIO_KEY, NOW, fill_company
from tests.integration.pages.conftest import make_app, open_client


@pytest.fixture
def recording(database_url: str) -> tuple[int, str, date]:
    """A recording of a filled company with its conversation and day."""
    with engine_for(database_url).begin() as connection:
        fill_company(connection, now=NOW)
        row = connection.execute(
            sa.select(recordings.c.id, recordings.c.started_on).where(recordings.c.key == AUDIO_KEY)
        ).one()
        conversation = connection.execute(
            sa.text("select conversation_id from marts.fct_conversations where recording_id = :id"),
            {"id": row.id},
        ).scalar_one()
    return row.id, str(conversation), row.started_on


def _requests(home: Path) -> list[dg.RunRequest]:
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, resources={"warehouse": Warehouse()})
        result = sensor(context)
    return list(result.run_requests or []) if isinstance(result, dg.SensorResult) else []


def test_an_expert_asks_on_the_card_and_the_run_knows_which_call_and_how(
    database_url: str, company_home: Path, home: Path, recording: tuple[int, str, date]
) -> None:
    number, conversation, day = recording
    client = open_client(make_app(database_url, company_home, Role.EXPERT))
    card = client.get(f"/conversations/{conversation}").text
    assert f"/recordings/{number}/transcribe" in card
    assert "на карточке" in card, "the current version is named"
    sent = {"conversation": conversation, "language": "auto", "inference": "sequential"}
    answer = client.post(f"/recordings/{number}/transcribe", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/conversations/{conversation}")
    assert client.post(f"/recordings/{number}/transcribe", data=sent).status_code == 303
    assert 'data-wish="new"' in client.get(answer.headers["location"]).text
    (request,) = _requests(home)
    assert (request.job_name, request.partition_key) == ("transcribe_days", day.isoformat())
    config = request.run_config["ops"]["transcripts"]["ops"]["speech_chunks"]["config"]
    assert config == {"recording_ids": [number], "way": {"language": "auto", "inference": "sequential"}}
    assert dg.validate_run_config(defs.resolve_job_def("transcribe_days"), request.run_config)
    with engine_for(database_url).connect() as connection:
        audited = connection.execute(
            sa.select(audit_log.c.actor, audit_log.c.after).where(audit_log.c.action == "transcript.again")
        ).first()
    assert audited is not None
    assert audited.actor == "expert-1"


def test_an_administrator_asks_for_days_and_it_is_one_run(
    database_url: str, company_home: Path, home: Path, recording: tuple[int, str, date]
) -> None:
    client = open_client(make_app(database_url, company_home, Role.ADMIN))
    assert 'action="/recordings/days"' in client.get("/recordings").text
    day = recording[2]
    first = day.replace(day=1)
    answer = client.post("/recordings/days", data={"first": str(first), "last": str(day)})
    assert answer.status_code == 303
    assert "data-asked=" in client.get(answer.headers["location"]).text
    (request,) = _requests(home)
    assert request.partition_key is None
    assert request.tags["dagster/asset_partition_range_start"] == str(first)
    assert request.tags["dagster/asset_partition_range_end"] == str(day)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-24", "2026-11-01"), ("2020-01-01", "2026-11-24"), ("2019-01-01", "2019-01-02"), ("x", "")],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_asked(
    database_url: str, company_home: Path, recording: tuple[int, str, date], first: str, last: str
) -> None:
    client = open_client(make_app(database_url, company_home, Role.ADMIN))
    assert 400 <= client.post("/recordings/days", data={"first": first, "last": last}).status_code < 500
    with engine_for(database_url).connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(work_requests)) == 0


def test_a_reviewer_sees_no_button_and_may_not_ask(
    database_url: str, company_home: Path, recording: tuple[int, str, date]
) -> None:
    client = open_client(make_app(database_url, company_home, Role.REVIEWER))
    assert "/transcribe" not in client.get(f"/conversations/{recording[1]}").text
    assert client.post(f"/recordings/{recording[0]}/transcribe", data={}).status_code == 403
    expert = open_client(make_app(database_url, company_home, Role.EXPERT))
    assert (
        expert.post("/recordings/days", data={"first": "2026-11-24", "last": "2026-11-24"}).status_code == 403
    )


def test_a_recording_without_sound_is_not_transcribed_again(
    database_url: str, company_home: Path, recording: tuple[int, str, date]
) -> None:
    client = open_client(make_app(database_url, company_home, Role.EXPERT))
    with engine_for(database_url).connect() as connection:
        silent = connection.execute(
            sa.select(recordings.c.id).where(recordings.c.state == "not_audio")
        ).scalar_one()
    for number in (silent, 10**9):
        assert 400 <= client.post(f"/recordings/{number}/transcribe", data={}).status_code < 500


def test_a_recording_that_broke_its_workers_gets_another_chance(
    database_url: str, company_home: Path, recording: tuple[int, str, date]
) -> None:
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(
            sa.update(recordings).where(recordings.c.id == recording[0]).values(state="stuck", reason="x")
        )
    client = open_client(make_app(database_url, company_home, Role.EXPERT))
    assert client.post(f"/recordings/{recording[0]}/transcribe", data={}).status_code == 303
    with engine.connect() as connection:
        state = connection.scalar(sa.select(recordings.c.state).where(recordings.c.id == recording[0]))
    assert state == "ready"
