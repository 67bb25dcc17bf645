"""Errors as RFC 9457 problem details (``application/problem+json``)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
import sqlalchemy as sa
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.statuses import STATUSES
from synapse.errors import SynapseError

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger(__name__)


class FieldError(BaseModel):
    """One thing wrong with the input.

    Attributes:
        path: Where, as a JSON Pointer: ``/events/3/occurred_at``; empty for the whole body.
        message: What is wrong.
    """

    path: str
    message: str


class ProblemDetails(BaseModel):
    """The body of every error answer of the API."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    request_id: str = ""
    errors: list[FieldError] = []


class ProblemError(Exception):
    """Raise it in a route to answer with problem details.

    Args:
        status: HTTP status.
        detail: What went wrong, for a person.
        errors: Which fields are wrong.
        headers: Extra headers of the answer, such as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers


def pointer(location: Sequence[int | str]) -> str:
    """Return a JSON Pointer (RFC 6901) for a pydantic error location."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def problem_response(
    request: Request,
    status: int,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Build the answer; a browser that opens a page gets ``app.state.error_page`` where pages set one."""
    page = getattr(request.app.state, "error_page", None)
    if page is not None and request.method in ("GET", "HEAD") and "text/html" in _accept(request):
        answer: Response = page(request, status, detail)
        return answer
    body = ProblemDetails(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        request_id=str(request.scope.get("request_id", "")),
        errors=list(errors),
    )
    return Response(
        orjson.dumps(body.model_dump()), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def _accept(request: Request) -> str:
    return request.headers.get("accept", "")


def status_of(error: SynapseError) -> int:
    """Return the HTTP status of one of our own errors; 400 for those that name no other."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


def install(app: FastAPI) -> None:
    """Answer every error of the app with problem details."""

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> Response:
        return problem_response(
            request, error.status, error.detail, errors=error.errors, headers=error.headers
        )

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers) if error.headers else None
        return problem_response(request, error.status_code, str(error.detail), headers=headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [FieldError(path=pointer(item["loc"]), message=item["msg"]) for item in error.errors()]
        return problem_response(request, 422, "The request does not have the expected form.", errors=errors)

    @app.exception_handler(SynapseError)
    async def _own(request: Request, error: SynapseError) -> Response:
        return problem_response(request, status_of(error), str(error))

    @app.exception_handler(sa.exc.OperationalError)
    async def _database_away(request: Request, error: sa.exc.OperationalError) -> Response:
        _log.warning("database_away", request_id=request.scope.get("request_id"))
        detail = "The database cannot be reached right now; try again in a minute."
        return problem_response(request, 503, detail, headers={"Retry-After": "30"})


def unexpected_response(request: Request, error: Exception) -> Response:
    """Log an error that nobody foresaw and answer without a word about its inside."""
    request_id = request.scope.get("request_id")
    _log.error("request_failed", request_id=request_id, kind=type(error).__name__, exc_info=error)
    return problem_response(request, 500, "Something went wrong here; the log has the details.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe error answers for OpenAPI."""
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }
