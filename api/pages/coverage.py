"""``/reports/coverage``: how far the other figures can be trusted."""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.pages.catalogues import translate
from api.pages.charts import Chart, Series, Tone
from api.pages.exports import ExportVisit, csv_response
from api.pages.periods import ChosenPeriod
from api.pages.rendering import render
from api.pages.visit import CurrentVisit, Visit
from synapse.reports.coverage import MEASURES, coverage, coverage_by_day, receipts_to_review
from synapse.reports.period import Period
from synapse.sources.overview import list_sources

router = APIRouter(include_in_schema=False, prefix="/reports/coverage")

_DRAWN: dict[str, Tone] = {"transcribed": "accent", "sources": "warning", "receipts": "success"}


@router.get("")
def show_coverage(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """Show shares of what is known, their course, and sources that have fallen silent."""
    if visit.warehouse.state != "filled":
        return render(visit, "empty.html", section="reports")
    sources = list_sources(visit.connection, masking=visit.masking, now=visit.now)
    return render(
        visit,
        "coverage.html",
        period=period,
        measures=coverage(visit.connection, period),
        to_review=receipts_to_review(visit.connection, period),
        chart=_chart(visit, period),
        silent=[source for source in sources if source.freshness == "stale"],
        failed=sum(source.failed_files for source in sources),
        rejected=sum(source.rows_rejected for source in sources),
    )


@router.get(".csv")
def coverage_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
    """Every measure of every day for spreadsheets."""
    cells = (
        (day, translate(visit.language, f"coverage.{measure}"), one.known, one.total)
        for day, measures in coverage_by_day(visit.connection, period).items()
        for measure, one in measures.items()
    )
    return csv_response(
        visit, "coverage", ["column.day", "column.measure", "column.known", "column.total"], cells
    )


def _chart(visit: Visit, period: Period) -> Chart:
    found = coverage_by_day(visit.connection, period)
    days = [period.first + timedelta(days=offset) for offset in range(period.days)]
    return Chart(
        "line",
        [visit.format.day(day) for day in days],
        [
            Series(
                translate(visit.language, f"coverage.{measure}"),
                [found[day][measure].share if day in found else None for day in days],
                _DRAWN[measure],
            )
            for measure in MEASURES
            if measure in _DRAWN
        ],
        "percent",
    )
