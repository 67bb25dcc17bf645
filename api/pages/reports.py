"""``/reports``: where money leaks, how fast people are answered, what becomes a receipt."""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.pages.cards import Card, verdict_of
from api.pages.catalogues import translate, translations
from api.pages.charts import Chart, Series
from api.pages.exports import csv_response
from api.pages.heatmap import heatmap
from api.pages.links import link
from api.pages.periods import ChosenPeriod
from api.pages.rendering import render
from api.pages.visit import CurrentVisit, Visit
from synapse.reports.conversion import conversion_by_source, funnel
from synapse.reports.figures import Figure
from synapse.reports.leakage import LeakFilter, sum_leaks_by_kind
from synapse.reports.overview import Overview, overview
from synapse.reports.period import Period
from synapse.reports.service_level import (
    service_level,
    service_level_by_agent,
    service_level_by_hour,
    service_level_by_queue,
)

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
        cards=_cards(visit, figures, period),
        leak_chart=_leak_chart(visit, figures, period),
        level_chart=_level_chart(visit, figures, period),
        kinds=sum_leaks_by_kind(connection, LeakFilter(period=period)),
        heat=heatmap(service_level_by_hour(connection, period)),
        agents=service_level_by_agent(connection, period),
        queues=service_level_by_queue(connection, period),
        written=service_level(connection, period, "message"),
        sources=conversion_by_source(connection, period),
        steps=funnel(connection, period),
    )


@router.get("/leakage.csv")
def leakage_csv(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """Leaks by kind."""
    rows = sum_leaks_by_kind(visit.connection, LeakFilter(period=period))
    cells = (
        (
            translate(visit.language, f"leak.kind.{row.kind}"),
            row.sums.lost.count,
            row.sums.lost.amount,
            row.sums.open.count,
            row.sums.open.amount,
            row.sums.recovered.count,
            row.sums.recovered.amount,
        )
        for row in rows
    )
    columns = [
        "column.kind",
        "column.lost_count",
        "column.lost_amount",
        "column.open_count",
        "column.open_amount",
        "column.saved_count",
        "column.saved_amount",
    ]
    return csv_response(visit, "leakage", columns, cells)


@router.get("/service-hours.csv")
def service_hours_csv(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """Service level by weekday and hour."""
    cells = (
        (row.weekday, row.hour, row.level.offered, row.level.good, row.level.share)
        for row in service_level_by_hour(visit.connection, period)
    )
    columns = ["column.weekday", "column.hour", "column.calls", "column.in_time", "column.service_level"]
    return csv_response(visit, "service-hours", columns, cells)


@router.get("/service-agents.csv")
def service_agents_csv(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """Service level by agent."""
    cells = (
        (
            row.label or row.key,
            row.level.offered,
            row.level.good,
            row.level.share,
            row.level.mean_wait_seconds,
        )
        for row in service_level_by_agent(visit.connection, period)
    )
    columns = ["column.agent", "column.calls", "column.in_time", "column.service_level", "column.mean_wait"]
    return csv_response(visit, "service-agents", columns, cells)


@router.get("/service-queues.csv")
def service_queues_csv(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """Service level by queue."""
    cells = (
        (row.key, row.level.offered, row.level.good, row.level.share, row.level.mean_wait_seconds)
        for row in service_level_by_queue(visit.connection, period)
    )
    columns = ["column.queue", "column.calls", "column.in_time", "column.service_level", "column.mean_wait"]
    return csv_response(visit, "service-queues", columns, cells)


@router.get("/sources.csv")
def sources_csv(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """Conversion by source."""
    cells = (
        (
            row.source,
            row.medium,
            row.people,
            row.totals.enquiries,
            row.totals.converted,
            row.totals.waiting,
            row.totals.share,
            row.totals.amount,
        )
        for row in conversion_by_source(visit.connection, period)
    )
    columns = [
        "column.source",
        "column.medium",
        "column.people",
        "column.enquiries",
        "column.bought",
        "column.deciding",
        "column.conversion",
        "column.revenue",
    ]
    return csv_response(visit, "sources", columns, cells)


@router.get("/funnel.csv")
def funnel_csv(visit: CurrentVisit, period: ChosenPeriod) -> Response:
    """The funnel."""
    cells = (
        (
            translate(visit.language, f"stage.{step.stage}"),
            step.people,
            step.stopped,
            step.waiting,
            step.lost_amount,
        )
        for step in funnel(visit.connection, period)
    )
    columns = ["column.stage", "column.people", "column.stopped", "column.deciding", "column.lost_amount"]
    return csv_response(visit, "funnel", columns, cells)


def _cards(visit: Visit, page: Overview, period: Period) -> list[Card]:
    fmt = visit.format
    span = period.query()

    def say(key: str, **values: object) -> str:
        return translate(visit.language, key, **values)

    def rows(key: str, count: int) -> str:
        text = translations(visit.language).ngettext(key, key, count)
        return str(text).format(count=fmt.count(count))

    def before(text: str) -> str:
        return say("compare.before", compared=text)

    def change(figure: Figure) -> str:
        return _signed(visit, figure.change)

    return [
        Card(
            "lost",
            fmt.short_money(page.leaks.lost.amount),
            rows("rows.leaks", page.leaks.lost.count),
            link("/leaks", span, status="lost"),
            say("compare.leaked", value=fmt.short_money(page.leaked.value)),
            change(page.leaked),
            verdict_of(page.leaked, "down"),
            page.lost.series,
            "danger" if page.leaks.lost.count else "",
        ),
        Card(
            "open",
            fmt.short_money(page.leaks.open.amount),
            rows("rows.leaks", page.leaks.open.count),
            link("/leaks", span, status="open"),
            say("compare.still_time"),
            series=page.open.series,
            tone="warning" if page.leaks.open.count else "",
        ),
        Card(
            "saved",
            fmt.short_money(page.leaks.recovered.amount),
            rows("rows.leaks", page.leaks.recovered.count),
            link("/leaks", span, status="recovered"),
            before(fmt.short_money(page.saved.compared)),
            change(page.saved),
            verdict_of(page.saved, "up"),
            page.saved.series,
            "success" if page.leaks.recovered.count else "",
        ),
        Card(
            "revenue",
            fmt.short_money(page.receipts.amount),
            rows("rows.matched_receipts", page.receipts.count),
            link("/receipts", span, status="matched"),
            before(fmt.short_money(page.revenue.compared)),
            change(page.revenue),
            verdict_of(page.revenue, "up"),
            page.revenue.series,
        ),
        Card(
            "contacts",
            fmt.count(page.counts.enquiries),
            rows("rows.calls_among", page.counts.calls),
            link("/inbox", span, direction="inbound"),
            before(fmt.count(page.contacts.compared)),
            change(page.contacts),
            "neutral",
            page.contacts.series,
        ),
        Card(
            "missed",
            fmt.count(page.counts.missed),
            say(
                "rows.share_of_calls",
                share=fmt.percent(page.counts.missed / page.counts.calls if page.counts.calls else None),
            ),
            link("/inbox", span, channel="call", direction="inbound", answer="missed"),
            before(fmt.count(page.missed.compared)),
            change(page.missed),
            verdict_of(page.missed, "down"),
            page.missed.series,
        ),
        Card(
            "service",
            fmt.percent(page.level.share),
            rows("rows.late_calls", page.level.late),
            link("/inbox", span, channel="call", service="late"),
            before(fmt.percent(page.service.compared)),
            _points(visit, page.service),
            verdict_of(page.service, "up"),
            page.service.series,
        ),
        Card(
            "conversion",
            fmt.percent(page.conversion.share),
            rows("rows.bought", page.conversion.converted),
            link("/inbox", span, stage="receipt"),
            say("compare.deciding", value=fmt.count(page.conversion.waiting))
            if page.conversion.waiting
            else before(fmt.percent(page.converted.compared)),
            "" if page.conversion.waiting else _points(visit, page.converted),
            "neutral" if page.conversion.waiting else verdict_of(page.converted, "up"),
            page.converted.series,
        ),
    ]


def _signed(visit: Visit, change: float | None) -> str:
    if change is None:
        return ""
    return ("+" if change > 0 else "") + visit.format.percent(change)


def _points(visit: Visit, figure: Figure) -> str:
    """Difference of two shares in percentage points."""
    if figure.value is None or figure.compared is None:
        return ""
    points = (float(figure.value) - float(figure.compared)) * 100
    sign = "+" if points > 0 else ""
    return f"{sign}{visit.format.decimal(points)}\u00a0{translate(visit.language, 'unit.points')}"


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
