"""``/leaks``: every leak, dearest first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.pages.catalogues import translate
from api.pages.exports import ExportVisit, csv_response
from api.pages.periods import ListPeriod, period_query
from api.pages.rendering import render
from api.pages.visit import CurrentVisit
from synapse.reports.choices import agent_choices
from synapse.reports.leak_list import list_leaks
from synapse.reports.leakage import KINDS, STATUSES, LeakFilter, tally_leaks

router = APIRouter(include_in_schema=False, prefix="/leaks")

_MOST_EXPORTED = 50_000
_Text = Annotated[str | None, Query(max_length=64)]
Cursor = Annotated[str | None, Query(max_length=400)]


def leak_filter(
    *,
    period: ListPeriod,
    kind: _Text = None,
    status: _Text = None,
    agent: _Text = None,
    queue: _Text = None,
) -> LeakFilter:
    """Read the filter from the URL; values that mean nothing are dropped."""
    return LeakFilter(
        period=period,
        kind=kind if kind in KINDS else None,
        status=status if status in STATUSES else None,
        agent_id=agent or None,
        queue=queue or None,
    )


Chosen = Annotated[LeakFilter, Depends(leak_filter)]


def _query(chosen: LeakFilter) -> dict[str, str | None]:
    return {
        **period_query(chosen.period),
        "kind": chosen.kind,
        "status": chosen.status,
        "agent": chosen.agent_id,
        "queue": chosen.queue,
    }


@router.get("")
def leaks(visit: CurrentVisit, chosen: Chosen, after: Cursor = None) -> Response:
    """Show one page of leaks; with ``HX-Request`` only its rows."""
    if visit.warehouse.state != "filled":
        return render(visit, "empty.html", section="leaks")
    page = list_leaks(visit.connection, chosen, masking=visit.masking, cursor=after)
    query = _query(chosen)
    if visit.is_fragment:
        return render(visit, "leaks_rows.html", page=page, query=query)
    return render(
        visit,
        "leaks.html",
        page=page,
        tally=tally_leaks(visit.connection, chosen),
        chosen=chosen,
        period=chosen.period,
        query=query,
        kinds=KINDS,
        statuses=STATUSES,
        agents=agent_choices(visit.connection),
    )


@router.get(".csv")
def leaks_csv(visit: ExportVisit, chosen: Chosen) -> Response:
    """The same list as a table for spreadsheets."""
    page = list_leaks(
        visit.connection,
        chosen,
        masking=visit.masking,
        limit=_MOST_EXPORTED,
    )
    cells = (
        (
            row.occurred_at,
            translate(visit.language, f"leak.kind.{row.kind}"),
            translate(visit.language, f"leak.status.{row.status}"),
            row.amount,
            row.contact,
            row.phone,
            row.agent,
            visit.queue_names.get(row.queue or "", row.queue),
            row.attempts,
            row.due_at,
            row.recovered_at,
            row.explanation,
            row.conversation_id,
        )
        for row in page.rows
    )
    columns = [
        "column.when",
        "column.kind",
        "column.status",
        "column.amount",
        "column.contact",
        "column.phone",
        "column.agent",
        "column.queue",
        "column.attempts",
        "column.due",
        "column.recovered",
        "column.explanation",
        "column.conversation",
    ]
    return csv_response(visit, "leaks", columns, cells)
