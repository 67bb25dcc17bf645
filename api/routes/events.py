"""``POST /events``: web events from the tag, GTM or a server."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api.bodies import read_body
from api.problems import FieldError, ProblemError, responses
from api.services import EventServices
from synapse.channels.event_store import Parcel
from synapse.channels.event_writer import OverloadedError
from synapse.channels.sites import origin_allowed
from synapse.channels.spool import SpoolError
from synapse.channels.web import (
    MAX_BODY_BYTES,
    Batch,
    BatchRefusedError,
    Envelope,
    check_events,
    open_envelope,
    refused_body,
    unpack,
)
from synapse.settings.sections import WebSite

router = APIRouter(tags=["events"])
_MEDIA_TYPES = frozenset({"", "application/json", "text/plain", "application/octet-stream"})
_REFUSED_STATUS = {"too_large": 413, "too_many": 413}
_RETRY = {"Retry-After": "30"}
_ALLOWED_HEADERS = "content-type, content-encoding, x-synapse-key"


class RejectedEvent(BaseModel):
    """An event that was not taken; it is kept among the rejected rows, so do not send it again."""

    index: int
    code: str
    path: str
    reason: str


class Taken(BaseModel):
    """What became of the events; sent once the accepted ones are durable."""

    accepted: int
    rejected: list[RejectedEvent] = []


async def _services(request: Request) -> EventServices:
    found: EventServices = request.app.state.events
    return found


Services = Annotated[EventServices, Depends(_services)]
_REQUEST_SCHEMA = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {"$ref": "#/components/schemas/WebEvent"},
                        {"type": "array", "items": {"$ref": "#/components/schemas/WebEvent"}},
                        {
                            "type": "object",
                            "required": ["events"],
                            "properties": {
                                "key": {"type": "string"},
                                "sent_at": {"type": "string", "format": "date-time"},
                                "events": {
                                    "type": "array",
                                    "minItems": 1,
                                    "maxItems": 500,
                                    "items": {"$ref": "#/components/schemas/WebEvent"},
                                },
                            },
                        },
                    ]
                }
            }
        },
    }
}


@router.options("/events", include_in_schema=False)
async def preflight(request: Request, services: Services) -> Response:
    """Answer a browser that asks whether a page may send with headers of its own."""
    cors = _cors(request, services)
    if cors:
        cors |= {
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
            "Access-Control-Max-Age": "86400",
        }
    return Response(status_code=204, headers=cors)


@router.post(
    "/events",
    response_model=Taken,
    responses=responses(400, 401, 403, 413, 415, 422, 503),
    openapi_extra=_REQUEST_SCHEMA,
)
async def take_events(request: Request, services: Services) -> Response:
    """Take one event or up to 500; answers once they are durable.

    The write key comes as header ``X-Synapse-Key``, query ``k`` or field ``key``. Bodies may be gzip.
    A repeat of an event (same ``event_id`` and ``occurred_at``) changes nothing.
    """
    cors = _cors(request, services)
    try:
        taken = await _take(request, services)
    except ProblemError as problem:
        problem.headers = {**(problem.headers or {}), **cors}
        raise
    return Response(taken, media_type="application/json", headers=cors)


async def _take(request: Request, services: EventServices) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _MEDIA_TYPES:
        raise ProblemError(415, "Send JSON as application/json or text/plain.")
    body = await read_body(request, MAX_BODY_BYTES)
    key = request.headers.get("x-synapse-key") or request.query_params.get("k") or ""
    try:
        envelope = open_envelope(_plain(request, body))
    except BatchRefusedError as error:
        # Without a key nobody is known to have sent it, and strangers may not fill our tables.
        if key:
            await _site(key, request, services)
            await _store(refused_body(body, error), services)
        raise ProblemError(_REFUSED_STATUS.get(error.code, 400), str(error)) from error
    site = await _site(key or envelope.key, request, services)
    return await _store_events(envelope, site, request, services)


async def _store_events(
    envelope: Envelope, site: WebSite, request: Request, services: EventServices
) -> bytes:
    user_agent = request.headers.get("user-agent", "")[:8192]
    batch = check_events(envelope, site=site.name, user_agent=user_agent, now=datetime.now(UTC))
    await _store(batch, services)
    if not batch.rows:
        errors = [
            FieldError(path=f"/events/{reject.index}{reject.path}", message=reject.reason)
            for reject in batch.rejects
        ]
        raise ProblemError(
            422, "No event of the body could be taken; they are kept as rejected.", errors=errors
        )
    rejected = [
        {"index": reject.index, "code": reject.code, "path": reject.path, "reason": reject.reason}
        for reject in batch.rejects
    ]
    return orjson.dumps({"accepted": len(batch.rows), "rejected": rejected})


async def _store(batch: Batch, services: EventServices) -> None:
    try:
        await services.writer.store(Parcel.of(batch))
    except (OverloadedError, SpoolError) as error:
        raise ProblemError(503, str(error), headers=dict(_RETRY)) from error


async def _site(key: str, request: Request, services: EventServices) -> WebSite:
    if not key:
        raise ProblemError(401, "No write key: send header X-Synapse-Key, query k or field key.")
    site = services.sites.sites.by_key(key)
    if site is None and await asyncio.to_thread(services.sites.refresh, at_most_every=1.0):
        site = services.sites.sites.by_key(key)
    if site is None and not services.sites.is_known:
        raise ProblemError(503, "The settings cannot be read yet.", headers=dict(_RETRY))
    if site is None:
        raise ProblemError(401, "The write key is not known.")
    origin = request.headers.get("origin")
    if origin is not None and not origin_allowed(site, origin):
        raise ProblemError(403, "This origin may not send events of the site; add it to the site's origins.")
    return site


def _plain(request: Request, body: bytes) -> bytes:
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise ProblemError(415, "Only gzip is known as Content-Encoding.")
    return unpack(body)


def _cors(request: Request, services: EventServices) -> dict[str, str]:
    origin = request.headers.get("origin")
    if origin is None or not services.sites.sites.allows(origin):
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After, X-Request-Id",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Origin",
    }
