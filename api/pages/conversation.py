"""``/conversations/{id}``: the card of one conversation."""

from fastapi import APIRouter, Request, Response

from api.dependencies import Bootstrap
from api.pages.audio import audio_link
from api.pages.rendering import error_page, render
from api.pages.timeline import lanes
from api.pages.visit import CurrentVisit, Visit
from synapse.conversations.card import Card, conversation_card
from synapse.environment import Environment
from synapse.security.roles import Permission
from synapse.speech.again import newest_wish, versions_of
from synapse.speech.way import INFERENCES, LANGUAGES

router = APIRouter(include_in_schema=False)


@router.get("/conversations/{conversation_id:path}")
def conversation(
    request: Request, visit: CurrentVisit, environment: Bootstrap, conversation_id: str
) -> Response:
    """Show sound and words on the left, meaning and money on the right."""
    if visit.warehouse.state == "missing":
        return render(visit, "empty.html", section="inbox")
    card = conversation_card(visit.connection, conversation_id, masking=visit.masking)
    if card is None:
        return error_page(request, 404, f"No conversation {conversation_id}.")
    return render(
        visit,
        "conversation.html",
        card=card,
        sounds=_sounds(visit, environment, card),
        versions=versions_of(visit.connection, card.recording.recording_id, masking=visit.masking)
        if card.recording
        else [],
        wish=newest_wish(visit.connection, card.recording.recording_id) if card.recording else None,
        languages=LANGUAGES,
        inferences=INFERENCES,
        lanes=lanes(card.utterances, card.speech.duration_seconds if card.speech else None),
    )


def _sounds(visit: Visit, environment: Environment, card: Card) -> list[str]:
    """Links to the sound: one file, or the two halves of a split recording."""
    found = card.recording
    if found is None or found.state != "ready" or not visit.role.may(Permission.HEAR_AUDIO):
        return []
    halves = (0, 1) if found.is_split else (0,)
    seconds = visit.settings.integrations.storage.signed_link_seconds
    return [
        audio_link(environment, found.recording_id, half, user=visit.user, now=visit.now, seconds=seconds)
        for half in halves
    ]
