"""``/admin/sources``: what came in, what was refused and why, what has fallen silent."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.pages.exports import csv_response
from api.pages.rendering import error_page, render
from api.pages.visit import CurrentVisit
from synapse.security.roles import Permission
from synapse.sources.overview import (
    FRESHNESS,
    LONGEST_SILENCE,
    failed_files,
    list_sources,
    open_alerts,
    reject_reasons,
)
from synapse.sources.rejects import rejects_of

router = APIRouter(include_in_schema=False, prefix="/admin/sources")


@router.get("")
def sources(visit: CurrentVisit, state: Annotated[str | None, Query(max_length=10)] = None) -> Response:
    """Show every source (or those of one state), files that failed and open alerts."""
    chosen = state if state in FRESHNESS else None
    found = list_sources(visit.connection, masking=visit.masking, now=visit.now)
    return render(
        visit,
        "sources.html",
        sources=[source for source in found if chosen in (None, source.freshness)],
        states=FRESHNESS,
        chosen=chosen,
        longest=LONGEST_SILENCE,
        failed=failed_files(visit.connection, masking=visit.masking),
        alerts=open_alerts(visit.connection, masking=visit.masking),
    )


@router.get("/{source}/rejects")
def rejects(request: Request, visit: CurrentVisit, source: str) -> Response:
    """Reasons for which rows of a source were refused; a fragment with ``HX-Request``, else a page."""
    if source not in LONGEST_SILENCE:
        return error_page(request, 404, f"No source {source}.")
    reasons = reject_reasons(visit.connection, source, masking=visit.masking)
    template = "rejects_rows.html" if visit.is_fragment else "rejects.html"
    return render(visit, template, source=source, reasons=reasons)


@router.get("/{source}/rejects.csv")
def rejects_csv(visit: CurrentVisit, source: str) -> Response:
    """The refused rows as they came, with file, line and reason; they may hold personal data."""
    visit.require(Permission.SEE_IDENTIFIERS)
    cells = (
        (row.file, row.line_number, row.reason_code, row.reason, row.original, row.rejected_at)
        for row in rejects_of(visit.connection, source)
    )
    columns = [
        "column.file",
        "column.line",
        "column.code",
        "column.reason",
        "column.original",
        "column.when",
    ]
    return csv_response(visit, f"rejects-{source}", columns, cells)
