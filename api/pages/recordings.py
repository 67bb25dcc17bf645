"""``/recordings``: audio objects, those that wait for a transcript first of all; transcribe again."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Administrator, CurrentUser, Engine, actor_of
from api.pages.admin import Form, SentForm, go_to
from api.pages.leaks import Cursor
from api.pages.links import conversation_link
from api.pages.rendering import render
from api.pages.visit import CurrentVisit
from synapse.reports.speech_queue import (
    STATES,
    conversations_of_recordings,
    count_recordings,
    list_recordings,
)
from synapse.security.roles import Permission
from synapse.speech.again import NothingToTranscribeError, transcribe_again, transcribe_days_again
from synapse.speech.way import INFERENCES, LANGUAGES, Way

router = APIRouter(include_in_schema=False, prefix="/recordings")


@router.get("")
def recordings(
    visit: CurrentVisit,
    state: Annotated[str | None, Query(max_length=20)] = None,
    after: Cursor = None,
    asked: Annotated[int | None, Query(ge=0)] = None,
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
        asked=asked,
        may_transcribe=visit.role.may(Permission.ADMINISTER),
    )


@router.post("/days")
def days_again(
    *, visit: CurrentVisit, user: Administrator, form: Form, request: Request, engine: Engine
) -> Response:
    """Ask for days to be transcribed again by the settings as they are now; administrators only."""
    first, last = _day(form, "first"), _day(form, "last")
    with engine.begin() as connection:
        count = transcribe_days_again(connection, first, last, author=actor_of(request, user))
    return go_to("/recordings", {"asked": count})


@router.post("/{recording_id}/transcribe")
def again(
    *,
    visit: CurrentVisit,
    user: CurrentUser,
    form: Form,
    request: Request,
    engine: Engine,
    recording_id: int,
) -> Response:
    """Ask for one recording to be transcribed again; back to the card that it was said on."""
    visit.require(Permission.EDIT_LABELS)
    language, inference = form.fields.get("language"), form.fields.get("inference")
    way = Way(
        language=next((known for known in LANGUAGES if known == language), None),
        inference=next((known for known in INFERENCES if known == inference), None),
    )
    with engine.begin() as connection:
        transcribe_again(connection, recording_id, way, author=actor_of(request, user))
    conversation = form.fields.get("conversation", "")
    return RedirectResponse(
        conversation_link(conversation) if conversation else "/recordings", status_code=303
    )


def _day(form: SentForm, name: str) -> date:
    text = form.fields.get(name, "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NothingToTranscribeError(
            f"{text[:40]!r} is no day.", hint="Write it as 2026-11-24, or choose it in the calendar."
        ) from error
