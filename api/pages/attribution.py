"""``/reports/attribution``: what advertising costs and brings, by a model of attribution; who buys when."""

from itertools import accumulate
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import CurrentUser, Engine, Store, actor_of
from api.pages.admin import Form
from api.pages.catalogues import translate
from api.pages.charts import Chart, Series
from api.pages.exports import ExportVisit, csv_response
from api.pages.links import link
from api.pages.periods import ChosenPeriod
from api.pages.rendering import render
from api.pages.visit import CurrentVisit, Visit
from synapse.operations.cost_upload import CostsRefusedError, take_costs
from synapse.reports.attribution import (
    COHORT_KINDS,
    DEFAULT_MODEL,
    MODELS,
    SurvivalDay,
    channel_return_rows,
    cohort_rows,
    survival_curve,
    survival_groups,
    total_return,
)
from synapse.reports.period import Period
from synapse.security.roles import Permission

router = APIRouter(include_in_schema=False, prefix="/reports/attribution")

_Text = Annotated[str | None, Query(max_length=200)]
_SHOWN_DAYS = (0, 1, 3, 7, 14, 21, 30)


@router.get("")
def attribution(
    visit: CurrentVisit,
    period: ChosenPeriod,
    model: _Text = None,
    curve: _Text = None,
    cohort: _Text = None,
    sent: Annotated[int | None, Query(ge=1, le=10_000_000)] = None,
) -> Response:
    """Show sources, the curve of buying and cohorts."""
    return _page(visit, period, model=model, curve=curve, cohort=cohort, sent=sent)


@router.post("/costs")
def send_costs(
    *,
    visit: CurrentVisit,
    form: Form,
    user: CurrentUser,
    request: Request,
    engine: Engine,
    store: Store,
    period: ChosenPeriod,
    model: _Text = None,
) -> Response:
    """Take a table of costs by the importer's rules, or show the wrong lines with their reasons."""
    visit.require(Permission.EDIT_LABELS)
    try:
        with engine.begin() as connection:
            taken = take_costs(
                connection,
                store,
                form.upload.name if form.upload else "",
                form.upload.content if form.upload else b"",
                settings=visit.settings,
                now=visit.now,
                author=actor_of(request, user),
            )
    except CostsRefusedError as error:
        return _page(visit, period, model=model, refused=error)
    back = link("/reports/attribution", period.query(), model=model, sent=taken.rows)
    return RedirectResponse(back, status_code=303)


@router.get(".csv")
def attribution_csv(visit: ExportVisit, period: ChosenPeriod, model: _Text = None) -> Response:
    """The table of sources for spreadsheets."""
    cells = (
        (
            row.source,
            row.medium,
            row.campaign,
            row.cost,
            row.enquiries,
            row.converted,
            row.revenue,
            row.cost_per_enquiry,
            row.cost_per_customer,
            row.revenue_per_rouble,
            row.return_on_cost,
        )
        for row in channel_return_rows(visit.connection, period, _model(model))
    )
    columns = [
        "column.source",
        "column.medium",
        "column.campaign",
        "column.cost",
        "column.enquiries",
        "column.bought",
        "column.revenue",
        "column.cpl",
        "column.cac",
        "column.roas",
        "column.romi",
    ]
    return csv_response(visit, "attribution", columns, cells)


def _model(text: str | None) -> str:
    return text if text in MODELS else DEFAULT_MODEL


def _page(
    visit: Visit,
    period: Period,
    *,
    model: str | None = None,
    curve: str | None = None,
    cohort: str | None = None,
    sent: int | None = None,
    refused: CostsRefusedError | None = None,
) -> Response:
    if visit.warehouse.state != "filled":
        return render(visit, "empty.html", section="reports")
    connection = visit.connection
    rows = channel_return_rows(connection, period, _model(model))
    groups = {f"{kind}:{name}": (kind, name) for kind, name in survival_groups(connection)}
    chosen_curve = curve if curve in groups else "all:"
    days = survival_curve(connection, *groups.get(chosen_curve, ("all", "")))
    kind = cohort if cohort in COHORT_KINDS else COHORT_KINDS[0]
    query = {
        **period.query(),
        "model": _model(model),
        "curve": chosen_curve if chosen_curve != "all:" else None,
        "cohort": kind if kind != COHORT_KINDS[0] else None,
    }
    page = render(
        visit,
        "attribution.html",
        period=period,
        query=query,
        model=_model(model),
        models=MODELS,
        rows=rows,
        total=total_return(rows),
        curves=groups,
        chosen_curve=chosen_curve,
        curve_chart=_chart(visit, days),
        bought_by=_bought_by(days),
        curve_days=[each for each in days if each.day in _SHOWN_DAYS],
        kinds=COHORT_KINDS,
        kind=kind,
        cohorts=cohort_rows(connection, kind),
        sent=sent,
        refused=refused,
    )
    page.status_code = 200 if refused is None else 422
    return page


def _bought_by(days: list[SurvivalDay]) -> dict[int, int]:
    totals = accumulate(each.converted for each in days)
    return dict(zip((each.day for each in days), totals, strict=True))


def _chart(visit: Visit, days: list[SurvivalDay]) -> Chart:
    def say(name: str) -> str:
        return translate(visit.language, f"curve.{name}")

    return Chart(
        "line",
        [str(each.day) for each in days],
        [
            Series(say("share"), [each.share for each in days], "accent"),
            Series(say("lower"), [each.lower for each in days], "warning"),
            Series(say("upper"), [each.upper for each in days], "success"),
        ],
        "percent",
    )
