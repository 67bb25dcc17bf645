"""``GET /metrics``: figures for Prometheus."""

import asyncio
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.dependencies import Bootstrap, Engine, State, api_key, holder_of
from api.problems import responses
from synapse.security.api_keys import hash_key
from synapse.security.users import local_user

router = APIRouter(tags=["health"])


async def may_read(
    request: Request,
    bootstrap: Bootstrap,
    warehouse: Engine,
    state: State,
    key: Annotated[str, Depends(api_key)],
) -> None:
    """Let in a key of scope ``metrics`` and, in embedded mode, whoever sits at the machine.

    Raises:
        AccessDeniedError: Somebody else asks, without a key.
    """
    if state.trust is None and not key:
        local_user(
            bound_to=bootstrap.api_host,
            peer=request.client.host if request.client else "",
            host_header=request.headers.get("host", ""),
            header_names=request.headers.keys(),
        )
        return
    known = request.app.state.metrics.known_keys
    try:
        await asyncio.to_thread(holder_of, warehouse, key, "metrics")
    except sa.exc.OperationalError:
        if hash_key(key) not in known:  # who was let in before may see that the database is away
            raise
    else:
        known.add(hash_key(key))


@router.get(
    "/metrics",
    response_class=Response,
    dependencies=[Depends(may_read)],
    responses={200: {"content": {"text/plain": {}}}, **responses(401, 403)},
)
async def metrics(request: Request) -> Response:
    """Return what this process counted and what the databases say, in Prometheus' text form."""
    text = await asyncio.to_thread(generate_latest, request.app.state.metrics.registry)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})
