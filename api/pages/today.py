"""``/``: what to do now."""

from fastapi import APIRouter, Response

from api.pages.cards import Card, verdict_of
from api.pages.catalogues import fill, translate, translations
from api.pages.links import link
from api.pages.rendering import render
from api.pages.visit import CurrentVisit, Visit
from synapse.reports.figures import Figure
from synapse.reports.today import Today, today_page
from synapse.sources.overview import Source, count_stale, list_sources

router = APIRouter(include_in_schema=False)


@router.get("/")
def today(visit: CurrentVisit) -> Response:
    """Show open leaks, calls that wait, service level now, the speech queue and silent sources."""
    if visit.warehouse.state != "filled":
        return render(visit, "empty.html", section="today")
    page = today_page(visit.connection, now=visit.now, zone=visit.zone, masking=visit.masking)
    sources = list_sources(visit.connection, masking=visit.masking, now=visit.now)
    return render(visit, "today.html", page=page, sources=sources, cards=_cards(visit, page, sources))


def _cards(visit: Visit, page: Today, sources: list[Source]) -> list[Card]:
    fmt = visit.format
    return [
        Card(
            "open_leaks",
            fmt.short_money(page.open_leaks.amount),
            _rows(visit, "rows.leaks", page.open_leaks.count),
            link("/leaks", status="open", days="all"),
            page.open_leaks.count,
            comparison=_say(visit, "compare.new_week", value=fmt.short_money(page.leaks.value)),
            change=_change(visit, page.leaks),
            verdict=verdict_of(page.leaks, "down"),
            series=page.leaks.series,
            tone="danger" if page.open_leaks.count else "",
        ),
        Card(
            "waiting_calls",
            fmt.count(page.waiting_calls.count),
            fmt.short_money(page.waiting_calls.amount),
            link("/leaks", kind="missed_call", status="open", days="all"),
            page.waiting_calls.count,
            comparison=_say(
                visit,
                "compare.missed_today",
                value=fmt.count(page.missed.value),
                weekday=fmt.weekday(page.day.isoweekday()),
                compared=fmt.count(page.missed.compared),
            ),
            verdict=verdict_of(page.missed, "down"),
            series=page.missed.series,
            tone="warning" if page.waiting_calls.count else "",
        ),
        Card(
            "service_now",
            fmt.percent(page.service.share),
            _rows(visit, "rows.late_calls", page.service.late),
            link(
                "/inbox",
                {"channel": "call", "service": "late"},
                **{"from": page.service_day, "to": page.service_day},
            ),
            page.service.late,
            comparison=_service_comparison(visit, page),
            verdict=verdict_of(page.service_share, "up"),
            series=page.service_share.series,
        ),
        Card(
            "speech_queue",
            fmt.count(page.speech.recordings),
            fmt.duration(page.speech.seconds),
            link("/recordings", state="waiting"),
            page.speech.recordings,
            comparison=_say(
                visit,
                "compare.recorded_week",
                value=fmt.count(page.recorded.value),
                compared=fmt.count(page.recorded.compared),
            ),
            series=page.recorded.series,
        ),
        Card(
            "stale_sources",
            fmt.count(count_stale(sources)),
            _say(visit, "rows.sources", count=fmt.count(sum(s.freshness != "absent" for s in sources))),
            link("/admin/sources", state="stale"),
            count_stale(sources),
            comparison=_stale_names(visit, sources),
            tone="warning" if count_stale(sources) else "",
        ),
    ]


def _say(visit: Visit, key: str, **values: object) -> str:
    return translate(visit.language, key, **values)


def _rows(visit: Visit, key: str, count: int) -> str:
    text = translations(visit.language).ngettext(key, key, count)
    return fill(str(text), {"count": visit.format.count(count)})


def _change(visit: Visit, figure: Figure) -> str:
    change = figure.change
    if change is None:
        return ""
    return ("+" if change > 0 else "") + visit.format.percent(change)


def _service_comparison(visit: Visit, page: Today) -> str:
    fmt = visit.format
    key = "compare.service_today" if page.service_day == page.day else "compare.service_day"
    return _say(
        visit,
        key,
        day=fmt.day(page.service_day),
        weekday=fmt.weekday(page.service_day.isoweekday()),
        compared=fmt.percent(page.service_share.compared),
    )


def _stale_names(visit: Visit, sources: list[Source]) -> str:
    silent = [_say(visit, f"source.{source.name}") for source in sources if source.freshness == "stale"]
    return ", ".join(silent) or _say(visit, "compare.all_fresh")
