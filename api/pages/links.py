"""URLs of the pages; a parameter that is None or empty is left out."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

Parameters = Mapping[str, object]


def link(path: str, parameters: Parameters | None = None, **more: object) -> str:
    """Return ``path`` with its query; later values replace earlier ones, None removes."""
    merged = {**(parameters or {}), **more}
    kept = {name: str(value) for name, value in merged.items() if value is not None and value != ""}
    return f"{path}?{urlencode(kept)}" if kept else path


def without(parameters: Parameters, names: Iterable[str]) -> dict[str, object]:
    """The parameters but for those named."""
    dropped = set(names)
    return {name: value for name, value in parameters.items() if name not in dropped}


def conversation_link(conversation_id: str, *, second: float | None = None) -> str:
    """The card of a conversation; with ``second`` the sound starts there."""
    address = f"/conversations/{quote(conversation_id, safe=':')}"
    return address if second is None else f"{address}#t={second:.1f}"
