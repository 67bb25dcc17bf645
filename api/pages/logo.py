"""``/branding/logo``: the company's logo as a picture that can run nothing."""

from fastapi import APIRouter, Response

from api.dependencies import Bootstrap, Reader
from synapse.settings.logo import LARGEST_BYTES, media_type
from synapse.storage import open_store

router = APIRouter(include_in_schema=False)
# An SVG that is opened by itself is a document: nothing in it may run, load or send.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@router.get("/branding/logo/{name}")
def logo(name: str, reader: Reader, bootstrap: Bootstrap) -> Response:
    """Serve the logo that the settings name; any other name is unknown."""
    key = reader.settings().branding.logo
    if not key or key != f"branding/{name}":
        return Response(status_code=404)
    with open_store(bootstrap.objects_url).open(key, 0, LARGEST_BYTES) as stream:
        content = stream.read()
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=media_type(key), headers=headers)
