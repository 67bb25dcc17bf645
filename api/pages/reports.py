"""``/reports``: where money leaks, how fast people are answered, what becomes a receipt."""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.pages.catalogues import translate
from api.pages.charts import Chart, Series
from api.pages.heatmap import heatmap
from api.pages.links import link
from api.pages.periods import ChosenPeriod
from api.pages.rendering import render
from api.pages.report_cards import report_cards
from api.pages.visit import CurrentVisit, Visit
from synapse.reports.conversion import conversion_by_source, funnel
from synapse.reports.leakage import LeakFilter, sum_leaks_by_kind
from synapse.reports.overview import Overview, overview
from synapse.reports.period import Period
from synapse.reports.service_level import (
    service_level,
    service_level_by_agent,
    service_level_by_hour,
    service_level_by_queue,
)
from synapse.reports.topics import topics_of

router = APIRouter(include_in_schema=False, prefix="/reports")

SERVICE_TARGET = 0.8


@router.get("")
def reports(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """Show the period's figures, charts and tables."""
    if visit.warehouse.state != "filled":
        return render(visit, "empty.html", section="reports")
    connection = visit.connection
    figures = overview(connection, period)
    return render(
        visit,
        "reports.html",
        period=period,
        figures=figures,
        cards=report_cards(visit, figures, period),
        leak_chart=_leak_chart(visit, figures, period),
        level_chart=_level_chart(visit, figures, period),
        kinds=sum_leaks_by_kind(connection, LeakFilter(period=period)),
        heat=heatmap(service_level_by_hour(connection, period)),
        agents=service_level_by_agent(connection, period),
        queues=service_level_by_queue(connection, period),
        written=service_level(connection, period, "message"),
        sources=conversion_by_source(connection, period),
        steps=funnel(connection, period),
        topics=topics_of(connection, period),
    )


def _leak_chart(visit: Visit, page: Overview, period: Period) -> Chart:
    found = {each.day: each.sums for each in page.leak_days}
    days = [period.first + timedelta(days=offset) for offset in range(period.days)]

    def values(status: str) -> list[float | None]:
        return [
            float({"lost": s.lost, "open": s.open, "recovered": s.recovered}[status].amount)
            if (s := found.get(day))
            else 0.0
            for day in days
        ]

    def name(status: str) -> str:
        return translate(visit.language, f"leak.status.{status}")

    return Chart(
        "bars",
        [visit.format.day(day) for day in days],
        [
            Series(name("lost"), values("lost"), "danger"),
            Series(name("open"), values("open"), "warning"),
            Series(name("recovered"), values("recovered"), "success"),
        ],
        "money",
        links=[link("/leaks", {"from": day, "to": day}) for day in days],
    )


def _level_chart(visit: Visit, page: Overview, period: Period) -> Chart:
    days = [period.first + timedelta(days=offset) for offset in range(period.days)]
    shares = [level.share if (level := page.level_days.get(day)) else None for day in days]
    return Chart(
        "line",
        [visit.format.day(day) for day in days],
        [Series(translate(visit.language, "figure.service"), shares, "accent")],
        "percent",
        links=[
            link("/inbox", {"channel": "call", "service": "late", "from": day, "to": day}) for day in days
        ],
        target=SERVICE_TARGET,
        target_name=translate(visit.language, "chart.target"),
    )
