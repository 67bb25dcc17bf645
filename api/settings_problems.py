"""Errors of settings and access as problem details."""

from fastapi import FastAPI, Request, Response

from api.languages import language_of
from api.problems import FieldError, problem_response
from synapse.settings.validation import InvalidSettingsError, is_storable


def install(app: FastAPI) -> None:
    """Answer wrong settings with the paths of the fields, in the reader's language."""

    @app.exception_handler(InvalidSettingsError)
    async def _invalid(request: Request, error: InvalidSettingsError) -> Response:
        language = language_of(request)
        errors = [
            FieldError(path=_shown(problem.path), message=_shown(problem.message.to(language)))
            for problem in error.problems
        ]
        detail = "Эти настройки нельзя сохранить." if language == "ru" else "These settings cannot be saved."
        return problem_response(request, 422, detail, errors=errors)


def _shown(text: str) -> str:
    """The text without characters that JSON cannot carry."""
    return text if is_storable(text) else text.encode("ascii", "replace").decode()
