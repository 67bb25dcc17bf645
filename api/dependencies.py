"""What routes and pages ask for: engine, environment, the current user.

Dependencies that wait for nothing are ``async``: FastAPI would send a plain function to a worker thread and
back, which costs more than all the rest of a small request.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from api.problems import ProblemError
from synapse.environment import Environment
from synapse.security.api_keys import KeyHolder, find_key
from synapse.security.users import AccessDeniedError, User, local_user
from synapse.storage import ObjectStore

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


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


_bearer = HTTPBearer(auto_error=False, description="A key made by `synapse key`")
_key_header = APIKeyHeader(name="X-Api-Key", auto_error=False, description="The same key, without a scheme")


def key_holder(scope: str) -> Callable[..., KeyHolder]:
    """Return a dependency that lets in machines whose key has ``scope``."""

    def holder(
        warehouse: Annotated[sa.Engine, Depends(engine)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        header: Annotated[str | None, Depends(_key_header)],
    ) -> KeyHolder:
        key = bearer.credentials if bearer else header or ""
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

    return holder


async def current_user(request: Request, settings: Annotated[Environment, Depends(environment)]) -> User:
    """Return who looks at a page.

    Embedded mode knows one user: whoever sits at the machine.

    Raises:
        AccessDeniedError: Somebody else asks, or another site makes the user's browser ask.
    """
    user = local_user(
        bound_to=settings.api_host,
        peer=request.client.host if request.client else "",
        host_header=request.headers.get("host", ""),
        header_names=request.headers.keys(),
    )
    if request.method not in _SAFE_METHODS:
        _refuse_cross_site(request)
    return user


def _refuse_cross_site(request: Request) -> None:
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise AccessDeniedError("Another site asked for this change.", hint="Make it on Synapse's own page.")


Bootstrap = Annotated[Environment, Depends(environment)]
Engine = Annotated[sa.Engine, Depends(engine)]
Store = Annotated[ObjectStore, Depends(object_store)]
IngestKey = Annotated[KeyHolder, Depends(key_holder("ingest"))]
NotifyKey = Annotated[KeyHolder, Depends(key_holder("notify"))]
CurrentUser = Annotated[User, Depends(current_user)]
