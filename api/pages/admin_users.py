"""``/admin/users`` and ``/admin/keys``: roles of people, keys of machines."""

import re
from datetime import UTC, date, datetime, time

from fastapi import APIRouter, Request, Response

from api.dependencies import CurrentUser, Engine, actor_of
from api.pages.admin import AdminVisit, Form, SentForm, go_to, menu
from api.pages.rendering import render
from api.pages.visit import Visit
from synapse.errors import SynapseError
from synapse.security.accounts import AccountError, forget_account, list_accounts, set_account
from synapse.security.api_keys import SCOPES
from synapse.security.key_register import KeyNameTakenError, drop_key, list_keys, register_key
from synapse.security.roles import Role

router = APIRouter(include_in_schema=False, prefix="/admin")
_LOGIN = re.compile(r"[\w.@+-]{1,128}")
_KEY_NAME = re.compile(r"[\w.@+ -]{1,100}")


@router.get("/users")
def users(visit: AdminVisit) -> Response:
    """Show everybody who signed in or was given a role."""
    return _users(visit)


@router.post("/users")
def change_user(
    *, visit: AdminVisit, form: Form, user: CurrentUser, request: Request, engine: Engine
) -> Response:
    """Give a role, block, or forget a person."""
    name = form.fields.get("name", "").strip()
    role = form.fields.get("role", "")
    try:
        if not _LOGIN.fullmatch(name) or (role and role not in set(Role)):
            raise AccountError("That is no login name or role.", hint="Letters, digits and . _ - @ +.")
        with engine.begin() as connection:
            if form.fields.get("intent") == "forget":
                forget_account(connection, name, author=actor_of(request, user))
            else:
                set_account(
                    connection,
                    name,
                    role=Role(role) if role else None,
                    is_blocked="is_blocked" in form.fields,
                    author=actor_of(request, user),
                )
    except SynapseError as error:
        return _users(visit, problem=str(error), status=409)
    return go_to("/admin/users")


def _users(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    answer = render(
        visit,
        "admin_users.html",
        sections=menu(visit.language),
        accounts=list_accounts(visit.connection, visit.settings.access),
        roles=[role.value for role in Role],
        problem=problem,
    )
    answer.status_code = status
    return answer


@router.get("/keys")
def keys(visit: AdminVisit) -> Response:
    """Show all API keys without the keys themselves."""
    return _keys(visit)


@router.post("/keys")
def change_key(
    *, visit: AdminVisit, form: Form, user: CurrentUser, request: Request, engine: Engine
) -> Response:
    """Make a key and show it this once, or revoke one."""
    name, actor = form.fields.get("name", "").strip(), actor_of(request, user)
    try:
        with engine.begin() as connection:
            if form.fields.get("intent") == "revoke":
                drop_key(connection, name, author=actor)
                made = ""
            else:
                scopes = [scope for scope in SCOPES if f"scope.{scope}" in form.fields]
                if not _KEY_NAME.fullmatch(name) or not scopes:
                    raise KeyNameTakenError("A key needs a name and at least one right.")
                expires_at = _end_of_day(form, visit)
                made = register_key(connection, name=name, scopes=scopes, author=actor, expires_at=expires_at)
    except SynapseError as error:
        return _keys(visit, problem=str(error), status=409)
    return _keys(visit, made=made) if made else go_to("/admin/keys")


def _end_of_day(form: SentForm, visit: Visit) -> datetime | None:
    text = form.fields.get("expires_on", "")
    if not text:
        return None
    try:
        end = datetime.combine(date.fromisoformat(text), time(23, 59, 59), visit.zone)
    except ValueError as error:
        raise KeyNameTakenError("That is no day.", hint="Choose one in the calendar.") from error
    if end <= datetime.now(UTC):
        raise KeyNameTakenError("The key would have expired already.", hint="Choose a later day.")
    return end


def _keys(visit: Visit, *, problem: str = "", made: str = "", status: int = 200) -> Response:
    visit.connection.rollback()  # what was just written is to be seen
    answer = render(
        visit,
        "admin_keys.html",
        sections=menu(visit.language),
        keys=list_keys(visit.connection),
        scopes=SCOPES,
        problem=problem,
        made=made,
    )
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
