"""The browser tag: one script, no dependencies."""

import hashlib
from functools import cache
from importlib import resources


@cache
def tag_source() -> tuple[bytes, str]:
    """Return the script without comment lines and indentation, and its entity tag (quoted, as in HTTP)."""
    text = resources.files(__package__).joinpath("tag.js").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    source = "\n".join(line for line in lines if line and not line.startswith("//")).encode()
    return source, f'"{hashlib.sha256(source).hexdigest()[:32]}"'
