"""What routes and pages ask for: engine, environment, settings, the current user and what they may do.

Dependencies that wait for nothing are ``async``: FastAPI would send a plain function to a worker thread and
back, which costs more than all the rest of a small request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from api.problems import ProblemError
from api.security import AccessState
from synapse.environment import Environment
from synapse.errors import DatabaseUnavailableError
from synapse.security.accounts import sign_in
from synapse.security.api_keys import KeyHolder, find_key
from synapse.security.audit import Actor
from synapse.security.csrf import (
    FIELD,
    HEADER,
    SAFE_METHODS,
    is_valid_token,
    needs_token,
    refuse_foreign,
)
from synapse.security.forward_auth import ProxyTrust, forwarded_user, is_trusted_peer
from synapse.security.roles import Permission
from synapse.security.users import AccessDeniedError, User, local_user
from synapse.settings.lockout import check_stays_admin
from synapse.settings.reader import SettingsReader
from synapse.storage import ObjectStore

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def environment(request: Request) -> Environment:
    """Return the bootstrap settings of this process."""
    found: Environment = request.app.state.environment
    return found


async def engine(request: Request) -> sa.Engine:
    """Return the engine of the warehouse."""
    found: sa.Engine = request.app.state.engine
    return found


async def object_store(request: Request) -> ObjectStore:
    """Return the object storage."""
    found: ObjectStore = request.app.state.store
    return found


_bearer = HTTPBearer(auto_error=False, description="A key made by `synapse key add`")
_key_header = APIKeyHeader(name="X-Api-Key", auto_error=False, description="The same key, without a scheme")


async def api_key(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    header: Annotated[str | None, Depends(_key_header)],
) -> str:
    """Return the API key that a machine sent; empty without one."""
    return bearer.credentials if bearer else header or ""


def holder_of(warehouse: sa.Engine, key: str, scope: str) -> KeyHolder:
    """Return whose key this is.

    Raises:
        ProblemError: It is no valid key, or lacks ``scope``.
    """
    with warehouse.begin() as connection:
        found = find_key(connection, key, now=datetime.now(UTC))
    if found is None:
        raise ProblemError(
            401,
            "No valid API key: send Authorization: Bearer … or X-Api-Key.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if scope not in found.scopes:
        raise ProblemError(403, f"The key may not do this; it lacks the scope {scope}.")
    return found


def key_holder(scope: str) -> Callable[..., KeyHolder]:
    """Return a dependency that lets in machines whose key has ``scope``."""

    def holder(
        warehouse: Annotated[sa.Engine, Depends(engine)], key: Annotated[str, Depends(api_key)]
    ) -> KeyHolder:
        return holder_of(warehouse, key, scope)

    return holder


async def access_state(request: Request) -> AccessState:
    """Return what this process knows about proxies, keys and limits."""
    found: AccessState = request.app.state.access
    return found


async def settings_reader(request: Request) -> SettingsReader:
    """Return the reader of the settings in force."""
    found: SettingsReader = request.app.state.settings_reader
    return found


Bootstrap = Annotated[Environment, Depends(environment)]
Engine = Annotated[sa.Engine, Depends(engine)]
Store = Annotated[ObjectStore, Depends(object_store)]
IngestKey = Annotated[KeyHolder, Depends(key_holder("ingest"))]
NotifyKey = Annotated[KeyHolder, Depends(key_holder("notify"))]
State = Annotated[AccessState, Depends(access_state)]
Reader = Annotated[SettingsReader, Depends(settings_reader)]


def signed_in(
    request: Request, bootstrap: Bootstrap, warehouse: Engine, state: State, reader: Reader
) -> User:
    """Return who asks: whom the trusted proxy names, else whoever sits at the machine (embedded mode).

    Raises:
        AccessDeniedError: Somebody else asks.
        DatabaseUnavailableError: The account cannot be looked up.
    """
    peer = request.client.host if request.client else ""
    if state.trust is None:
        return local_user(
            bound_to=bootstrap.api_host,
            peer=peer,
            host_header=request.headers.get("host", ""),
            header_names=request.headers.keys(),
        )
    access = reader.settings().access
    person = forwarded_user(request.headers.raw, peer, state.trust, access)
    try:
        with warehouse.begin() as connection:
            return sign_in(connection, person, access, now=datetime.now(UTC))
    except sa.exc.OperationalError as error:
        raise DatabaseUnavailableError(
            "The database does not answer.", hint="Start it, or look at `synapse doctor`."
        ) from error


async def current_user(request: Request, user: Annotated[User, Depends(signed_in)], state: State) -> User:
    """Return who asks, once it is sure that no other site makes their browser ask.

    Raises:
        AccessDeniedError: Another site asks, or nothing shows that our own page does.
    """
    if request.method in SAFE_METHODS:
        return user
    refuse_foreign(request.headers)
    if needs_token(request.headers):
        token = request.headers.get(HEADER) or await _form_token(request)
        if not is_valid_token(state.csrf_key, user.name, token, now=datetime.now(UTC)):
            raise AccessDeniedError(
                "The form was not made for you, or is older than a day.",
                hint="Reload the page and try again.",
            )
    return user


async def _form_token(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    found = (await request.form()).get(FIELD)
    return found if isinstance(found, str) else ""


CurrentUser = Annotated[User, Depends(current_user)]


@dataclass(frozen=True)
class Allowed:
    """A dependency that lets only roles with the permission pass.

    Attributes:
        permission: What the role must allow.
    """

    permission: Permission

    def __call__(self, user: CurrentUser) -> User:
        """Return the user.

        Raises:
            AccessDeniedError: The role does not allow it.
        """
        if not user.role.may(self.permission):
            raise AccessDeniedError(
                f"The role {user.role.value} may not do this.", hint="Ask an administrator for another role."
            )
        return user


Administrator = Annotated[User, Depends(Allowed(Permission.ADMINISTER))]


def actor_of(request: Request, user: User) -> Actor:
    """Return the user as the audit log names them; behind a proxy they can't lock themselves out."""
    peer = request.client.host if request.client else ""
    trust: ProxyTrust | None = request.app.state.access.trust
    headers = request.headers.raw
    vet = partial(check_stays_admin, headers=headers, peer=peer, trust=trust) if trust else None
    return Actor(user.name, user.role.value, peer, str(request.scope.get("request_id", "")), vet)


async def is_encrypted(request: Request, state: State) -> bool:
    """Whether the browser's connection is HTTPS; of a proxy's word only a trusted one counts."""
    peer = request.client.host if request.client else ""
    if state.trust is not None and is_trusted_peer(peer, state.trust):
        return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    return request.url.scheme == "https"


IsEncrypted = Annotated[bool, Depends(is_encrypted)]
