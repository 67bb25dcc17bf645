"""Request bodies read with a limit, whatever the client says about their length."""

from fastapi import Request
from starlette.types import Message

from api.problems import ProblemError


async def read_body(request: Request, limit: int) -> bytes:
    """Return the whole body.

    Args:
        request: Its stream must be untouched.
        limit: Bytes that may come.

    Raises:
        ProblemError: 413 as soon as it is known that more come.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def bounded(request: Request, limit: int) -> Request:
    """Return the same request, whose stream raises 413 after ``limit`` bytes; for forms."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large(limit)
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise too_large(limit)
        return message

    return Request(request.scope, receive)


def too_large(limit: int) -> ProblemError:
    """Return the refusal of a body of more than ``limit`` bytes."""
    shown = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit >> 10} KiB"
    return ProblemError(413, f"The body is larger than {shown}.")
