"""``/admin/profiles``: named sets of settings; make, activate, compare, carry to another machine."""

import re
from typing import Annotated, Any

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from api.dependencies import CurrentUser, Engine, Reader, actor_of
from api.pages.admin import AdminVisit, Form, SentForm, go_to, menu
from api.pages.rendering import render
from api.pages.visit import Visit
from synapse.errors import SynapseError
from synapse.security.audit import Actor
from synapse.settings.profiles import (
    TEMPLATE,
    ImportPlan,
    ProfileInUseError,
    activate_profile,
    compare_profiles,
    create_profile,
    delete_profile,
    import_profile,
    list_profiles,
)
from synapse.settings.validation import FieldProblem, InvalidSettingsError
from synapse.settings.words import Bilingual

router = APIRouter(include_in_schema=False, prefix="/admin/profiles")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@router.get("")
def profiles(
    visit: AdminVisit,
    compare: Annotated[str | None, Query(max_length=63)] = None,
    other: Annotated[str, Query(max_length=63)] = TEMPLATE,
) -> Response:
    """Show all profiles, and how one differs from another or from the template."""
    return _page(visit, compare=compare, other=other)


@router.post("")
def change(
    *,
    visit: AdminVisit,
    form: Form,
    user: CurrentUser,
    request: Request,
    engine: Engine,
    reader: Reader,
) -> Response:
    """Make, activate or delete a profile; show what an import would change, or do it."""
    intent, actor = form.fields.get("intent", ""), actor_of(request, user)
    try:
        if intent in ("plan", "import"):
            exported = _exported(form)
            with engine.connect() as connection, connection.begin() as transaction:
                plan = import_profile(connection, exported, author=actor, name=_name(form, exported))
                if intent == "plan":
                    transaction.rollback()
            if intent == "plan":
                return _page(visit, plan=plan, document=orjson.dumps(exported).decode())
        else:
            with engine.begin() as connection:
                _change(connection, intent, form, actor)
    except SynapseError as error:
        return _page(visit, problem=str(error), status=409)
    reader.expire()
    return go_to("/admin/profiles")


def _change(connection: sa.Connection, intent: str, form: SentForm, actor: Actor) -> None:
    name = form.fields.get("name", "").strip()
    if not _NAME.fullmatch(name):
        raise ProfileInUseError(
            "A profile's name has small Latin letters, digits, - and _.", hint="For example: summer."
        )
    if intent == "create":
        description = form.fields.get("description", "")[:500].replace("\x00", "")
        source = form.fields.get("source", TEMPLATE)
        create_profile(connection, name, author=actor, description=description, source=source)
    elif intent == "activate":
        activate_profile(connection, name, author=actor)
    elif intent == "delete":
        delete_profile(connection, name, author=actor)


def _exported(form: SentForm) -> dict[str, Any]:
    content = form.upload.content if form.upload else form.fields.get("document", "").encode()
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise InvalidSettingsError(
            [FieldProblem("", Bilingual("это не JSON выгрузки", "not an export's JSON"))]
        )
    return found


def _name(form: SentForm, exported: dict[str, Any]) -> str:
    for name in (form.fields.get("name", "").strip(), str(exported.get("profile", ""))):
        if _NAME.fullmatch(name):
            return name
    return "imported"


def _page(
    visit: Visit,
    *,
    problem: str = "",
    plan: ImportPlan | None = None,
    document: str = "",
    compare: str | None = None,
    other: str = TEMPLATE,
    status: int = 200,
) -> Response:
    differences = compare_profiles(visit.connection, compare, other) if compare else []
    answer = render(
        visit,
        "admin_profiles.html",
        sections=menu(visit.language),
        profiles=list_profiles(visit.connection),
        problem=problem,
        plan=plan,
        document=document,
        compared=compare,
        other=other,
        differences=differences,
    )
    answer.status_code = status
    return answer
