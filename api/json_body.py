"""JSON bodies of the settings API: read with a limit, refused with a reason."""

from typing import Annotated, Any

import orjson
from fastapi import Depends, Request

from api.bodies import read_body
from api.problems import FieldError, ProblemError

MAX_BYTES = 1 << 20


async def json_object(request: Request) -> dict[str, Any]:
    """Return the body, which must be a JSON object; an empty body counts as an empty one.

    Raises:
        ProblemError: 400 for anything but JSON, 413 above a megabyte, 422 for JSON that is no object.
    """
    body = await read_body(request, MAX_BYTES)
    if not body.strip():
        return {}
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ProblemError(400, f"The body is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise ProblemError(
            422, "The body must be a JSON object.", errors=[FieldError(path="", message="object")]
        )
    return found


JsonObject = Annotated[dict[str, Any], Depends(json_object)]
