"""``POST /ingest/asterisk/cdr``: call records from a PBX that cannot reach the storage."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel

from api.bodies import read_body
from api.dependencies import Engine, IngestKey, Store
from api.problems import FieldError, ProblemError, responses
from synapse.channels.call_records import (
    CallRecordsRefusedError,
    KeyReusedError,
    csv_of,
    land_call_records,
)
from synapse.landing.records import Reject

router = APIRouter(prefix="/ingest/asterisk", tags=["ingest"])
MAX_BYTES = 8 * 1024 * 1024
_SHOWN_REJECTS = 100
_JSON = {"type": "object", "additionalProperties": True}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"oneOf": [_JSON, {"type": "array", "items": _JSON}]}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


class RejectedRecord(BaseModel):
    """A row that the importer will not take; it is kept among the rejected rows."""

    line: int | None
    code: str
    reason: str


class LandedBatch(BaseModel):
    """A batch of call records that is safe in landing and will be loaded next.

    Attributes:
        key: Object key of the file.
        accepted: Rows that will be loaded.
        rejected: The first rows that will not, with their line in the file (the header is line 1).
    """

    key: str
    accepted: int
    rejected: list[RejectedRecord]


@router.post(
    "/cdr",
    status_code=202,
    responses={200: {"model": LandedBatch}, **responses(400, 401, 403, 409, 413, 415, 422, 503)},
    openapi_extra=_BODY,
)
async def take_call_records(
    request: Request,
    response: Response,
    holder: IngestKey,
    engine: Engine,
    store: Store,
    idempotency_key: Annotated[str, Header(max_length=255)] = "",
) -> LandedBatch:
    """Take call records: 202 when they are safe, 200 when the same batch had come before.

    JSON (one object or a list, fields named as in Asterisk's ``cdr`` table) or CSV as ``Master.csv`` has it,
    or with a header of its own.
    """
    content = _csv(await read_body(request, MAX_BYTES), request.headers.get("content-type", ""))
    try:
        landed = await asyncio.to_thread(
            land_call_records,
            engine,
            store,
            content=content,
            sent_by=holder.name,
            idempotency_key=idempotency_key,
            now=datetime.now(UTC),
        )
    except CallRecordsRefusedError as error:
        raise _refused(error) from error
    except KeyReusedError as error:
        raise ProblemError(409, str(error)) from error
    if not landed.is_new:
        response.status_code = 200
    return LandedBatch(
        key=landed.key,
        accepted=landed.rows,
        rejected=[_shown(item) for item in landed.rejects[:_SHOWN_REJECTS]],
    )


def _csv(body: bytes, content_type: str) -> bytes:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/csv", "text/plain"):
        return body
    if kind != "application/json":
        raise ProblemError(415, "Send application/json or text/csv.")
    try:
        return csv_of(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise ProblemError(400, f"The body is not JSON: {error}.") from error
    except CallRecordsRefusedError as error:
        raise _refused(error) from error


def _refused(error: CallRecordsRefusedError) -> ProblemError:
    errors = [
        FieldError(path=f"/{reject.line_number}", message=reject.reason)
        for reject in error.rejects[:_SHOWN_REJECTS]
    ]
    return ProblemError(422, str(error), errors=errors)


def _shown(reject: Reject) -> RejectedRecord:
    return RejectedRecord(line=reject.line_number, code=reject.reason_code, reason=reject.reason)
