"""``/contacts/{id}``: who a contact is, why, and what an expert may decide about it."""

from collections.abc import Callable
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath

from api.dependencies import Allowed, Engine, actor_of
from api.pages.admin import Form, go_to
from api.pages.rendering import error_page, render
from api.pages.visit import CurrentVisit, Visit
from synapse.identity.decisions import (
    DecisionError,
    identifier_of,
    merge_contacts,
    revoke_decision,
    split_identifier,
)
from synapse.identity.graph import follow_decisions, resolve_contact
from synapse.identity.profile import contact_profile, explain_identifier
from synapse.security.roles import Permission
from synapse.security.users import User

router = APIRouter(include_in_schema=False, prefix="/contacts")
Expert = Annotated[User, Depends(Allowed(Permission.EDIT_LABELS))]
_LARGEST = 2**63 - 1
ContactId = Annotated[int, InPath(ge=1, le=_LARGEST)]


@router.get("/{contact_id}")
def contact(
    request: Request,
    visit: CurrentVisit,
    contact_id: ContactId,
    why: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
) -> Response:
    """Show a contact; an id that was merged away leads to the contact of today."""
    today = resolve_contact(visit.connection, contact_id)
    if today != contact_id:
        return go_to(f"/contacts/{today}")
    return _page(request, visit, contact_id, why=why)


@router.post("/{contact_id}/merge")
def merge(
    *, request: Request, visit: CurrentVisit, user: Expert, engine: Engine, form: Form, contact_id: ContactId
) -> Response:
    """Decide that another contact is the same person."""

    def decide(connection: sa.Connection) -> None:
        other = resolve_contact(connection, form.number("other"))
        reason = form.fields.get("reason", "")
        merge_contacts(connection, contact_id, other, actor=actor_of(request, user), reason=reason)

    return _decided(request, visit, engine, contact_id, decide)


@router.post("/{contact_id}/split")
def split(
    *, request: Request, visit: CurrentVisit, user: Expert, engine: Engine, form: Form, contact_id: ContactId
) -> Response:
    """Decide that an identifier is not this person's."""

    def decide(connection: sa.Connection) -> None:
        kind, value = identifier_of(connection, contact_id, form.number("identifier"))
        reason = form.fields.get("reason", "")
        split_identifier(connection, kind, value, actor=actor_of(request, user), reason=reason)

    return _decided(request, visit, engine, contact_id, decide)


@router.post("/{contact_id}/revoke")
def revoke(
    *, request: Request, visit: CurrentVisit, user: Expert, engine: Engine, form: Form, contact_id: ContactId
) -> Response:
    """Take a decision back."""
    return _decided(
        request,
        visit,
        engine,
        contact_id,
        lambda connection: revoke_decision(
            connection, form.number("decision"), actor=actor_of(request, user)
        ),
    )


def _decided(
    request: Request,
    visit: Visit,
    engine: sa.Engine,
    contact_id: int,
    decide: Callable[[sa.Connection], None],
) -> Response:
    """Write a decision and show the contact as it is then."""
    try:
        with engine.begin() as connection:
            decide(connection)
            follow_decisions(connection, visit.settings, asked_by=visit.user)
    except DecisionError as error:
        return _page(request, visit, contact_id, problem=str(error), status=409)
    return go_to(f"/contacts/{contact_id}")


def _page(
    request: Request,
    visit: Visit,
    contact_id: int,
    *,
    why: int | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    profile = contact_profile(visit.connection, contact_id, masking=visit.masking)
    if profile is None:
        return error_page(request, 404, f"No contact {contact_id}.")
    steps = (
        explain_identifier(visit.connection, contact_id, why, masking=visit.masking)
        if why is not None
        else None
    )
    answer = render(
        visit, "contact.html", section="inbox", profile=profile, why=why, steps=steps, problem=problem
    )
    answer.status_code = status
    return answer
