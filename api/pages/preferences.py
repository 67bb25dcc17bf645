"""``/preferences``: language and theme, kept in cookies so that the first byte is already right."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from api.dependencies import IsEncrypted
from api.pages.catalogues import LANGUAGES
from api.pages.visit import LANGUAGE_COOKIE, THEME_COOKIE, THEMES

router = APIRouter(include_in_schema=False)

_YEAR_SECONDS = 365 * 24 * 3600


@router.get("/preferences")
def preferences(
    is_encrypted: IsEncrypted,
    language: Annotated[str | None, Query(max_length=8)] = None,
    theme: Annotated[str | None, Query(max_length=8)] = None,
    back: Annotated[str, Query(max_length=2000)] = "/",
) -> Response:
    """Remember the choice and go back to where the reader was, on this site only."""
    # "//host" and "/\host" would lead to another site.
    local = back.startswith("/") and not back.startswith(("//", "/\\"))
    answer = RedirectResponse(back if local else "/", status_code=303)
    chosen = {LANGUAGE_COOKIE: (language, LANGUAGES), THEME_COOKIE: (theme, THEMES)}
    for cookie, (value, known) in chosen.items():
        if value in known:
            answer.set_cookie(
                cookie,
                value,
                max_age=_YEAR_SECONDS,
                secure=is_encrypted,
                samesite="lax",
                httponly=True,
            )
    return answer
