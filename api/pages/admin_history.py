"""``/admin/history``: every version, what it changed, and the way back to it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.dependencies import CurrentUser, Engine, Reader, actor_of
from api.pages.admin import AdminVisit, Form, go_to, menu
from api.pages.rendering import render
from api.pages.visit import Visit
from synapse.errors import SynapseError
from synapse.settings.store import changelog, newest_version, roll_back

router = APIRouter(include_in_schema=False, prefix="/admin/history")
_PAGE = 20
_MOST = 2**62


@router.get("")
def history(visit: AdminVisit, before: Annotated[int | None, Query(ge=1, le=_MOST)] = None) -> Response:
    """Show versions, newest first."""
    return _page(visit, before=before)


@router.post("/{version}")
def back(
    *,
    visit: AdminVisit,
    version: Annotated[int, Path(ge=1, le=_MOST)],
    form: Form,
    user: CurrentUser,
    request: Request,
    engine: Engine,
    reader: Reader,
) -> Response:
    """Make an earlier version's content the newest one, unless somebody saved in between."""
    try:
        with engine.begin() as connection:
            roll_back(
                connection,
                version,
                author=actor_of(request, user),
                expected_version=form.number("seen") or None,
            )
    except SynapseError as error:
        return _page(visit, problem=str(error), status=409)
    reader.expire()
    return go_to("/admin/history")


def _page(visit: Visit, *, before: int | None = None, problem: str = "", status: int = 200) -> Response:
    entries = changelog(visit.connection, older_than=before, limit=_PAGE)
    answer = render(
        visit,
        "admin_history.html",
        sections=menu(visit.language),
        entries=entries,
        current=newest_version(visit.connection),
        following=entries[-1].version if entries and entries[-1].version > 1 else None,
        problem=problem,
    )
    answer.status_code = status
    return answer
