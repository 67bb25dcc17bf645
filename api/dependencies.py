"""What routes and pages ask for: engine, environment, the current user."""

from typing import Annotated
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import Depends, Request

from synapse.environment import Environment
from synapse.security.users import AccessDeniedError, User, local_user

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def environment(request: Request) -> Environment:
    """Return the bootstrap settings of this process."""
    found: Environment = request.app.state.environment
    return found


def engine(request: Request) -> sa.Engine:
    """Return the engine of the warehouse."""
    found: sa.Engine = request.app.state.engine
    return found


def current_user(request: Request, settings: Annotated[Environment, Depends(environment)]) -> User:
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
CurrentUser = Annotated[User, Depends(current_user)]
