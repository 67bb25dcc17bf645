"""In which language an answer of the API speaks to a person."""

from fastapi import Request

from synapse.settings.words import Language

COOKIE = "synapse_language"


def language_of(request: Request) -> Language:
    """Return the language of the pages' switch, else the browser's first, else Russian."""
    chosen = request.cookies.get(COOKIE) or request.headers.get("accept-language", "ru")
    return "en" if chosen.strip().lower().startswith("en") else "ru"
