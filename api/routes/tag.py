"""``GET /tag.js``: the browser tag."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from synapse.channels.tag import tag_source

router = APIRouter(tags=["events"])


@router.get(
    "/tag.js",
    response_class=Response,
    responses={200: {"content": {"text/javascript": {}}}, 304: {"description": "Not Modified"}},
)
async def tag(if_none_match: Annotated[str, Header()] = "") -> Response:
    """Return the script that a site includes; browsers keep it for a day."""
    source, etag = tag_source()
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, max-age=86400, stale-while-revalidate=604800",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": etag,
    }
    known = {value.strip().removeprefix("W/") for value in if_none_match.split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(source, media_type="text/javascript", headers=headers)
