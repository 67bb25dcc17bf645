"""Who may do what: accounts, API keys, the audit log."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.config_models import Body
from api.dependencies import Administrator, CurrentUser, Engine, Reader, actor_of
from api.problems import FieldError, ProblemError, responses
from synapse.security.accounts import forget_account, list_accounts, set_account
from synapse.security.api_keys import SCOPES
from synapse.security.audit import AuditFilter, entries
from synapse.security.key_register import drop_key, list_keys, register_key
from synapse.security.roles import Role

router = APIRouter(prefix="/config", tags=["access"], responses=responses(401, 403, 503))
UserName = Annotated[str, Path(pattern=r"^[\w.@+-]{1,128}$", examples=["anna"])]
KeyName = Annotated[str, Path(pattern=r"^[\w.@+ -]{1,100}$", examples=["pbx"])]


class WhoAmI(BaseModel):
    """Who asks."""

    name: str
    role: Role
    is_local: bool


class AccountAnswer(BaseModel):
    """A person; ``role`` overrides the role of the groups."""

    name: str
    display_name: str
    role: Role | None
    effective_role: Role | None
    is_blocked: bool
    groups: list[str]
    last_seen_at: datetime | None


class AccountBody(Body):
    """What an administrator decides about a person."""

    role: Role | None = None
    is_blocked: bool = False


class KeyAnswer(BaseModel):
    """An API key without the key."""

    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewKey(Body):
    """An API key to make."""

    name: str = Field(pattern=r"^[\w.@+ -]{1,100}$", examples=["pbx"])
    scopes: list[str] = Field(min_length=1, max_length=len(SCOPES), examples=[["ingest"]])
    expires_at: datetime | None = None


class MadeKey(BaseModel):
    """A new API key; it is not shown again."""

    name: str
    key: str


class AuditAnswer(BaseModel):
    """Lines of the audit log, newest first; ``next_before`` asks for the next page."""

    entries: list[dict[str, Any]]
    next_before: int | None


@router.get("/whoami", tags=["access"])
def whoami(user: CurrentUser) -> WhoAmI:
    """Return who Synapse thinks you are."""
    return WhoAmI(name=user.name, role=user.role, is_local=user.is_local)


@router.get("/users")
def accounts(user: Administrator, engine: Engine, reader: Reader) -> list[AccountAnswer]:
    """Return everybody who signed in or was given a role."""
    with engine.connect() as connection:
        found = list_accounts(connection, reader.settings().access)
    return [AccountAnswer(**{**vars(account), "groups": list(account.groups)}) for account in found]


@router.put("/users/{name}", status_code=204, responses=responses(409, 422))
def put_account(
    name: UserName, body: AccountBody, request: Request, user: Administrator, engine: Engine
) -> Response:
    """Give a person a role of their own (null: by groups), or block them."""
    with engine.begin() as connection:
        set_account(
            connection, name, role=body.role, is_blocked=body.is_blocked, author=actor_of(request, user)
        )
    return Response(status_code=204)


@router.delete("/users/{name}", status_code=204, responses=responses(404, 422))
def delete_account(name: UserName, request: Request, user: Administrator, engine: Engine) -> Response:
    """Forget a person's own role and visits."""
    with engine.begin() as connection:
        forget_account(connection, name, author=actor_of(request, user))
    return Response(status_code=204)


@router.get("/keys")
def keys(user: Administrator, engine: Engine) -> list[KeyAnswer]:
    """Return all API keys without the keys themselves."""
    with engine.connect() as connection:
        return [KeyAnswer(**vars(key)) for key in list_keys(connection)]


@router.post("/keys", status_code=201, responses=responses(409, 422))
def make_key(
    body: NewKey, request: Request, response: Response, user: Administrator, engine: Engine
) -> MadeKey:
    """Make an API key; the answer is the only place where it is ever shown."""
    if body.expires_at is not None and (
        body.expires_at.tzinfo is None or body.expires_at <= datetime.now(UTC)
    ):
        wrong = [FieldError(path="/expires_at", message="must lie in the future, with a time zone")]
        raise ProblemError(422, "The key would never be good.", errors=wrong)
    unknown = sorted(set(body.scopes) - set(SCOPES))
    if unknown:
        wrong = [FieldError(path="/scopes", message=f"known are {', '.join(SCOPES)}")]
        raise ProblemError(422, "There is no such scope.", errors=wrong)
    with engine.begin() as connection:
        key = register_key(
            connection,
            name=body.name,
            scopes=body.scopes,
            expires_at=body.expires_at,
            author=actor_of(request, user),
        )
    response.headers["Cache-Control"] = "no-store"
    return MadeKey(name=body.name, key=key)


@router.delete("/keys/{name}", status_code=204, responses=responses(404, 422))
def delete_key(name: KeyName, request: Request, user: Administrator, engine: Engine) -> Response:
    """Revoke an API key; within ten seconds every process refuses it."""
    with engine.begin() as connection:
        drop_key(connection, name, author=actor_of(request, user))
    return Response(status_code=204)


@router.get("/audit", responses=responses(422))
def audit(
    *,
    user: Administrator,
    engine: Engine,
    actor: Annotated[str, Query(max_length=200)] = "",
    action: Annotated[str, Query(max_length=100)] = "",
    subject: Annotated[str, Query(max_length=300)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> AuditAnswer:
    """Return lines of the audit log, newest first."""
    for name, text in (("actor", actor), ("action", action), ("subject", subject)):
        if "\x00" in text:
            raise ProblemError(422, "Not a name.", errors=[FieldError(path=f"/{name}", message="NUL")])
    with engine.connect() as connection:
        found = entries(connection, AuditFilter(actor, action, subject), older_than=before, limit=limit)
    following = found[-1].id if len(found) == limit else None
    return AuditAnswer(entries=[vars(entry) for entry in found], next_before=following)
