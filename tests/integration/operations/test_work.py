"""Work requests: asked once, taken once, finished."""

from datetime import date

import sqlalchemy as sa

from synapse.database.tables.app import work_requests
from synapse.operations.work import finish_request, request_work, take_requests


def test_an_equal_request_that_still_waits_is_not_doubled(engine: sa.Engine) -> None:
    day = date(2026, 11, 20)
    with engine.begin() as connection:
        first = request_work(connection, "transcribe", requested_by="anna", day=day)
        assert request_work(connection, "transcribe", requested_by="ivan", day=day) == first
        assert request_work(connection, "refresh", requested_by="ivan") != first


def test_two_takers_never_get_the_same_request(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for kind in ("load", "refresh"):
            request_work(connection, kind, requested_by="anna")
    with engine.begin() as one, engine.begin() as two:
        first = take_requests(one, kinds=["load", "refresh"], limit=1)
        second = take_requests(two, kinds=["load", "refresh"])
    assert [request.kind for request in first + second] == ["load", "refresh"]


def test_a_failed_run_leaves_its_reason(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        request_work(connection, "load", requested_by="anna")
        (taken,) = take_requests(connection, kinds=["load"])
        finish_request(connection, taken.id, run_id="run", error="disk full")
        row = connection.execute(sa.select(work_requests)).one()
    assert (row.state, row.error, row.run_id) == ("failed", "disk full", "run")
