"""``/recordings``: audio objects, those that wait for a transcript first of all."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.pages.leaks import Cursor
from api.pages.rendering import render
from api.pages.visit import CurrentVisit
from synapse.reports.speech_queue import (
    STATES,
    conversations_of_recordings,
    count_recordings,
    list_recordings,
)

router = APIRouter(include_in_schema=False, prefix="/recordings")


@router.get("")
def recordings(
    visit: CurrentVisit, state: Annotated[str | None, Query(max_length=20)] = None, after: Cursor = None
) -> Response:
    """Show one page of recordings; with ``HX-Request`` only its rows."""
    chosen = state if state in STATES else None
    page = list_recordings(visit.connection, chosen, masking=visit.masking, cursor=after)
    cards = {}
    if visit.warehouse.state == "filled":
        cards = conversations_of_recordings(visit.connection, [row.recording_id for row in page.rows])
    if visit.is_fragment:
        return render(visit, "recordings_rows.html", page=page, cards=cards, query={"state": chosen})
    return render(
        visit,
        "recordings.html",
        page=page,
        cards=cards,
        count=count_recordings(visit.connection, chosen),
        chosen=chosen,
        states=STATES,
        query={"state": chosen},
    )
