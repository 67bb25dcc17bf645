"""Addresses of static files, with a checksum so that a new version is fetched at once."""

import hashlib
from functools import cache
from pathlib import Path

_STATIC = Path(__file__).parent.parent / "static"


@cache
def static_url(name: str) -> str:
    """Return ``/static/<name>?v=<checksum>``."""
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
