"""``POST /notify/storage``: an S3 server says that something has come (the fast lane beside the sensors)."""

import asyncio

import orjson
import sqlalchemy as sa
from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError

from api.bodies import read_body
from api.dependencies import Engine, NotifyKey
from api.problems import FieldError, ProblemError, pointer, responses
from synapse.channels.storage_events import StorageNotification, work_for
from synapse.operations.work import request_work
from synapse.security.api_keys import KeyHolder
from synapse.settings.store import current_settings

router = APIRouter(prefix="/notify", tags=["ingest"])
_MAX_BYTES = 4 * 1024 * 1024


class Noted(BaseModel):
    """Kinds of work that now wait for a run."""

    requested: list[str]


@router.post(
    "/storage",
    responses=responses(400, 401, 403, 413, 503),
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def storage_changed(request: Request, holder: NotifyKey, engine: Engine) -> Noted:
    """Take a bucket notification; the webhook's token is an API key with the scope ``notify``."""
    body = await read_body(request, _MAX_BYTES)
    try:
        notification = StorageNotification.model_validate(orjson.loads(body) if body else {})
    except orjson.JSONDecodeError as error:
        raise ProblemError(400, f"The body is not JSON: {error}.") from error
    except ValidationError as error:
        errors = [FieldError(path=pointer(item["loc"]), message=item["msg"]) for item in error.errors()]
        raise ProblemError(400, "This is not an S3 bucket notification.", errors=errors[:20]) from error
    return Noted(requested=await asyncio.to_thread(_request, engine, notification, holder))


def _request(engine: sa.Engine, notification: StorageNotification, holder: KeyHolder) -> list[str]:
    keys = notification.created_keys()
    if not keys:
        return []
    with engine.begin() as connection:
        kinds = work_for(keys, current_settings(connection).settings)
        for kind in kinds:
            request_work(connection, kind, requested_by=f"key:{holder.name}")
    return kinds
