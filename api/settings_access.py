"""Who may read the settings in force: administrators, and workers with an API key of scope ``settings``."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.dependencies import Bootstrap, Engine, Reader, State, current_user, signed_in
from synapse.security.forward_auth import NotSignedInError
from synapse.security.roles import Permission
from synapse.security.users import AccessDeniedError

SCOPE = "settings"


async def settings_caller(
    request: Request, bootstrap: Bootstrap, engine: Engine, state: State, reader: Reader
) -> str:
    """Return the name of who reads.

    Raises:
        NotSignedInError: The API key is unknown or has expired.
        AccessDeniedError: The key lacks the scope, or the person is no administrator.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        holder = state.known_holder(key) or await run_in_threadpool(state.key_holder, engine, key)
        if holder is None:
            raise NotSignedInError("The API key is not known.", hint="Make one with `synapse key add`.")
        if SCOPE not in holder.scopes:
            raise AccessDeniedError(f"The API key lacks the scope {SCOPE}.", hint="Make another key.")
        return holder.name
    if state.trust is None:
        user = signed_in(request, bootstrap, engine, state, reader)
    else:
        user = await run_in_threadpool(signed_in, request, bootstrap, engine, state, reader)
    user = await current_user(request, user, state)
    if not user.role.may(Permission.ADMINISTER):
        raise AccessDeniedError(
            f"The role {user.role.value} may not read the settings.", hint="Ask an administrator."
        )
    return user.name


SettingsCaller = Annotated[str, Depends(settings_caller)]
