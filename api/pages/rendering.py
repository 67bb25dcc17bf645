"""Templates to answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.pages.assets import static_url
from api.pages.catalogues import LANGUAGES, Language, fill, translations
from api.pages.charts import sparkline
from api.pages.heatmap import shade
from api.pages.links import conversation_link, link, without
from api.pages.setting_titles import setting_title
from api.pages.visit import THEMES, Visit, chosen_language, chosen_theme
from synapse.security.csrf import issue_token
from synapse.security.roles import Permission

_TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def templates(language: Language) -> Environment:
    """The template environment of one language."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=_translator(language),
        plural=_plural(language),
        word=_word(language),
        language=language,
        languages=LANGUAGES,
        themes=THEMES,
        static=static_url,
        link=link,
        without=without,
        conversation_link=conversation_link,
        sparkline=sparkline,
        shade=shade,
        Permission=Permission,
        setting_title=lambda path: setting_title(path, language),
    )
    return environment


def _translator(language: Language) -> Callable[..., str]:
    catalogue = translations(language)

    def translate(key: str, **values: object) -> str:
        return fill(catalogue.gettext(key), values)

    return translate


def _plural(language: Language) -> Callable[..., str]:
    catalogue = translations(language)

    def plural(key: str, count: int, **values: object) -> str:
        written = format_decimal(count, locale=language).replace(" ", "\u00a0")
        return fill(catalogue.ngettext(key, key, count), {"count": written, **values})

    return plural


def _word(language: Language) -> Callable[[str, str | None], str]:
    """Names of codes that come from data; an unknown code is shown as it is."""
    catalogue = translations(language)

    def word(prefix: str, code: str | None) -> str:
        if not code:
            return "–"
        key = f"{prefix}.{code}"
        found: str = catalogue.gettext(key)
        return code.replace("_", " ") if found == key else found

    return word


def render(visit: Visit, template: str, **context: Any) -> HTMLResponse:
    """Answer with a page.

    Args:
        visit: The request.
        template: File under ``api/templates``.
        **context: What the template names.
    """
    page = templates(visit.language).get_template(template)
    html = page.render(
        visit=visit,
        fmt=visit.format,
        theme=visit.theme,
        path=visit.request.url.path,
        address=_address(visit.request),
        may=visit.role.may,
        csrf_token=_csrf_token(visit),
        **context,
    )
    return HTMLResponse(html, headers={"Cache-Control": "private, no-cache"})


def _csrf_token(visit: Visit) -> str:
    return issue_token(visit.request.app.state.access.csrf_key, visit.user, now=datetime.now(UTC))


def _address(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def error_page(request: Request, status: int, detail: str) -> Response:
    """A page that says what is wrong and where to go; it needs neither database nor sign-in.

    Args:
        request: The request that failed.
        status: HTTP status.
        detail: The technical sentence.
    """
    language = chosen_language(request)
    known = {403: "forbidden", 404: "missing", 503: "away"}
    html = (
        templates(language)
        .get_template("error.html")
        .render(
            theme=chosen_theme(request),
            status=status,
            kind=known.get(status, "broken" if status >= 500 else "refused"),
            detail=detail,
            address=_address(request),
            request_id=str(request.scope.get("request_id", "")),
        )
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
