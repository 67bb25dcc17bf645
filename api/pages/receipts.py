"""``/receipts``: receipts and the enquiries they belong to."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import CurrentUser, Engine, actor_of
from api.pages.admin import Form
from api.pages.exports import ExportVisit, csv_response
from api.pages.leaks import Cursor
from api.pages.links import link
from api.pages.periods import ListPeriod, period_query
from api.pages.rendering import render
from api.pages.visit import CurrentVisit
from synapse.conversations.match_decisions import decide_match
from synapse.reports.receipts import MATCH_STATUSES, ReceiptFilter, list_receipts, tally_receipts
from synapse.security.roles import Permission

router = APIRouter(include_in_schema=False, prefix="/receipts")

_MOST_EXPORTED = 50_000
_KINDS = ("sale", "return", "advance")
_Text = Annotated[str | None, Query(max_length=64)]


def _filter(period: ListPeriod, status: str | None, kind: str | None) -> ReceiptFilter:
    return ReceiptFilter(
        period, status if status in MATCH_STATUSES else None, kind if kind in _KINDS else None
    )


def _query(chosen: ReceiptFilter) -> dict[str, str | None]:
    return {**period_query(chosen.period), "status": chosen.status, "kind": chosen.kind}


@router.get("")
def receipts(
    visit: CurrentVisit, period: ListPeriod, status: _Text = None, kind: _Text = None, after: Cursor = None
) -> Response:
    """Show one page of receipts; with ``HX-Request`` only its rows."""
    if visit.warehouse.state != "filled":
        return render(visit, "empty.html", section="receipts")
    chosen = _filter(period, status, kind)
    page = list_receipts(visit.connection, chosen, masking=visit.masking, cursor=after)
    query = _query(chosen)
    may_decide = visit.role.may(Permission.EDIT_LABELS)
    if visit.is_fragment:
        return render(visit, "receipts_rows.html", page=page, query=query, may_decide=may_decide)
    return render(
        visit,
        "receipts.html",
        page=page,
        tally=tally_receipts(visit.connection, chosen),
        chosen=chosen,
        period=period,
        query=query,
        statuses=MATCH_STATUSES,
        kinds=_KINDS,
        may_decide=may_decide,
    )


@router.post("/decisions")
def decide(
    *,
    visit: CurrentVisit,
    form: Form,
    user: CurrentUser,
    request: Request,
    engine: Engine,
    period: ListPeriod,
    status: _Text = None,
    kind: _Text = None,
) -> Response:
    """An expert's yes or no to a receipt and its enquiry; back to the list that it was said in."""
    visit.require(Permission.EDIT_LABELS)
    with engine.begin() as connection:
        decide_match(
            connection,
            form.number("receipt_id"),
            form.fields.get("enquiry_id", ""),
            is_match=form.fields.get("intent") == "confirm",
            author=actor_of(request, user),
        )
    return RedirectResponse(link("/receipts", _query(_filter(period, status, kind))), status_code=303)


@router.get(".csv")
def receipts_csv(
    visit: ExportVisit, period: ListPeriod, status: _Text = None, kind: _Text = None
) -> Response:
    """The same list as a table for spreadsheets."""
    page = list_receipts(
        visit.connection, _filter(period, status, kind), masking=visit.masking, limit=_MOST_EXPORTED
    )
    cells = (
        (
            row.issued_at,
            row.number,
            row.kind,
            row.amount,
            row.customer,
            row.phone,
            row.shop,
            row.manager,
            row.status,
            row.method,
            row.confidence,
            row.reason,
            row.enquiry_id,
        )
        for row in page.rows
    )
    columns = [
        "column.when",
        "column.number",
        "column.kind",
        "column.amount",
        "column.contact",
        "column.phone",
        "column.shop",
        "column.manager",
        "column.status",
        "column.method",
        "column.confidence",
        "column.reason",
        "column.conversation",
    ]
    return csv_response(visit, "receipts", columns, cells)
