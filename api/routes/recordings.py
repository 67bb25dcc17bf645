"""``POST /ingest/recordings``: audio from a PBX that cannot reach the storage."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from api.bodies import bounded
from api.dependencies import Engine, IngestKey, Store
from api.problems import ProblemError, responses
from synapse.channels.recordings import NameTakenError, NotAudioError, store_recording
from synapse.storage.keys import UnsafeKeyError

router = APIRouter(prefix="/ingest", tags=["ingest"])
MAX_UPLOAD_BYTES = 512 * 1024 * 1024
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "name": {
                            "type": "string",
                            "description": "Path below the recordings' folder; the file's own name if absent",
                        },
                    },
                }
            }
        },
    }
}


class UploadedRecording(BaseModel):
    """A recording that is safe in the storage."""

    key: str
    size: Annotated[int, Field(ge=1)]
    sha256: str


@router.post(
    "/recordings",
    status_code=201,
    responses={200: {"model": UploadedRecording}, **responses(400, 401, 403, 409, 413, 422, 503)},
    openapi_extra=_FORM,
)
async def upload_recording(
    request: Request, response: Response, holder: IngestKey, engine: Engine, store: Store
) -> UploadedRecording:
    """Take one recording: 201 when it is stored, 200 when the same one was there already."""
    upload, name = await _form(request)
    try:
        stored = await asyncio.to_thread(
            store_recording, engine, store, name=name, stream=upload.file, sent_by=holder.name
        )
    except NameTakenError as error:
        raise ProblemError(409, str(error)) from error
    except (NotAudioError, UnsafeKeyError) as error:
        raise ProblemError(422, str(error)) from error
    finally:
        await upload.close()
    if not stored.is_new:
        response.status_code = 200
    return UploadedRecording(key=stored.key, size=stored.size, sha256=stored.sha256)


async def _form(request: Request) -> tuple[UploadFile, str]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ProblemError(400, "Send a multipart form with the field file.")
    try:
        form = await bounded(request, MAX_UPLOAD_BYTES).form(max_files=1, max_fields=5)
    except MultiPartException as error:
        raise ProblemError(400, f"The form cannot be read: {error.message}") from error
    upload = form.get("file")
    if not isinstance(upload, UploadFile):
        raise ProblemError(400, "The form has no field file, or it holds no file.")
    name = form.get("name")
    chosen = name if isinstance(name, str) and name else upload.filename or ""
    if not chosen:
        raise ProblemError(422, "The recording has no name: give one in the field name.")
    return upload, chosen
