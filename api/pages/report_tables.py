"""The tables of ``/reports`` as CSV."""

from fastapi import APIRouter, Response

from api.pages.catalogues import Language, translate
from api.pages.exports import ExportVisit, csv_response
from api.pages.periods import ChosenPeriod
from synapse.reports.conversion import conversion_by_source, funnel
from synapse.reports.leakage import LeakFilter, sum_leaks_by_kind
from synapse.reports.service_level import (
    service_level_by_agent,
    service_level_by_hour,
    service_level_by_queue,
)
from synapse.reports.topics import topics_of

router = APIRouter(include_in_schema=False, prefix="/reports")


@router.get("/leakage.csv")
def leakage_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
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
def service_hours_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
    """Service level by weekday and hour."""
    cells = (
        (row.weekday, row.hour, row.level.offered, row.level.good, row.level.share)
        for row in service_level_by_hour(visit.connection, period)
    )
    columns = ["column.weekday", "column.hour", "column.calls", "column.in_time", "column.service_level"]
    return csv_response(visit, "service-hours", columns, cells)


@router.get("/service-agents.csv")
def service_agents_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
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
def service_queues_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
    """Service level by queue."""
    cells = (
        (
            visit.queue_names.get(row.key or "", row.key),
            row.level.offered,
            row.level.good,
            row.level.share,
            row.level.mean_wait_seconds,
        )
        for row in service_level_by_queue(visit.connection, period)
    )
    columns = ["column.queue", "column.calls", "column.in_time", "column.service_level", "column.mean_wait"]
    return csv_response(visit, "service-queues", columns, cells)


@router.get("/sources.csv")
def sources_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
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
def funnel_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
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


@router.get("/topics.csv")
def topics_csv(visit: ExportVisit, period: ChosenPeriod) -> Response:
    """What people talked about."""
    cells = (
        (_topic(visit.language, row.topic), row.conversations, row.share, row.before, row.complaints)
        for row in topics_of(visit.connection, period, limit=1000)
    )
    columns = [
        "column.topics",
        "column.talks",
        "column.talks_share",
        "column.talks_before",
        "column.complaint",
    ]
    return csv_response(visit, "topics", columns, cells)


def _topic(language: Language, code: str) -> str:
    """The name of a shipped topic; a company's own topic is its name."""
    key = f"topic.{code}"
    name = translate(language, key)
    return code if name == key else name
