"""``/audio/{id}``: sound by a short-lived link that is bound to the user."""

import hashlib
import hmac
import mimetypes
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.dependencies import Bootstrap
from api.pages.visit import CurrentVisit
from synapse.database.tables.core import recordings
from synapse.environment import Environment
from synapse.errors import ObjectNotFoundError
from synapse.security.roles import Permission
from synapse.security.users import AccessDeniedError
from synapse.storage import ObjectStore, open_store
from synapse.storage.signing import SignatureError, Signer, folder_secret

router = APIRouter(include_in_schema=False)

_CHUNK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


def _signer(environment: Environment) -> Signer:
    """The key of links: derived from the master key, else a secret of this installation's folder."""
    master = environment.master_key.get_secret_value()
    if master:
        return Signer(hmac.new(master.encode(), b"audio links", hashlib.sha256).digest())
    return Signer(folder_secret(environment.home_path / "links"))


def _subject(recording_id: int, half: int, user: str) -> str:
    return f"audio/{recording_id}/{half}/{user}"


def audio_link(
    environment: Environment, recording_id: int, half: int, *, user: str, now: datetime, seconds: int
) -> str:
    """Make a link that plays one recording for one user for a while.

    Args:
        environment: Holds the secret.
        recording_id: Row of ``core.recordings``.
        half: 0, or 1 for the second file of a split recording.
        user: Login name; nobody else can use the link.
        now: The present moment.
        seconds: How long it plays.
    """
    signed = _signer(environment).link(_subject(recording_id, half, user), expires_seconds=seconds, now=now)
    return f"/audio/{recording_id}?half={half}&{signed.partition('?')[2]}"


@router.get("/audio/{recording_id}")
def audio(
    *,
    request: Request,
    visit: CurrentVisit,
    environment: Bootstrap,
    recording_id: int,
    expires: Annotated[int, Query(ge=0)],
    signature: Annotated[str, Query(max_length=128)],
    half: Annotated[int, Query(ge=0, le=1)] = 0,
) -> Response:
    """Serve the sound, whole or the bytes asked for."""
    visit.require(Permission.HEAR_AUDIO)
    try:
        _signer(environment).check(
            _subject(recording_id, half, visit.user), expires, signature, now=visit.now
        )
    except SignatureError as error:
        raise AccessDeniedError(error.message, hint=error.hint) from error
    key = _key(visit.connection, recording_id, half)
    visit.connection.close()  # a listener may pause for minutes; the pool is for those who read
    store = open_store(environment.objects_url)
    size = store.stat(key).size
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600",
        "Content-Encoding": "identity",
    }
    media_type = mimetypes.guess_type(key)[0] or "application/octet-stream"
    wanted = _wanted(request.headers.get("range"), size)
    if wanted is None:
        return StreamingResponse(
            _bytes(store, key, 0, size),
            media_type=media_type,
            headers={**headers, "Content-Length": str(size)},
        )
    first, last = wanted
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    length = last - first + 1
    return StreamingResponse(
        _bytes(store, key, first, length),
        status_code=206,
        media_type=media_type,
        headers={
            **headers,
            "Content-Length": str(length),
            "Content-Range": f"bytes {first}-{last}/{size}",
        },
    )


def _key(connection: sa.Connection, recording_id: int, half: int) -> str:
    t = recordings.c
    column = t.pair_key if half else t.key
    key = connection.execute(sa.select(column).where(t.id == recording_id)).scalar()
    if key is None:
        raise ObjectNotFoundError("There is no such recording.")
    return str(key)


def _wanted(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a range request; None for the whole; first > last when out of reach.

    Several ranges at once are answered with the whole, as RFC 9110 allows.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match[0] == "bytes=-":
        return None
    if not match[1]:
        return (max(size - int(match[2]), 0), size - 1) if int(match[2]) else (1, 0)
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < first:
        return None
    return (first, last) if first < size else (1, 0)


def _bytes(store: ObjectStore, key: str, offset: int, length: int) -> Iterator[bytes]:
    with store.open(key, offset, length) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk
