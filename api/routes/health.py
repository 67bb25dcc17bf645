"""Whether the process lives and can do its work."""

import asyncio
from typing import Literal

import sqlalchemy as sa
from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.dependencies import Engine

router = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """What the process can reach.

    Attributes:
        status: ``degraded``: events are taken into the spool, pages wait for the database.
    """

    status: Literal["ok", "degraded"]
    database: bool


@router.get("/live")
async def live() -> Live:
    """Answer as long as the process runs."""
    return Live()


@router.get("/ready", responses={503: {"model": Ready}})
async def ready(engine: Engine, response: Response) -> Ready:
    """Answer 200 when the database answers, else 503."""
    reached = await asyncio.to_thread(_answers, engine)
    if not reached:
        response.status_code = 503
    return Ready(status="ok" if reached else "degraded", database=reached)


def _answers(engine: sa.Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.execute(sa.select(1)).scalar())
    except sa.exc.OperationalError:
        return False
