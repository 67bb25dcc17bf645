"""The eight headline figures of ``/reports``."""

from collections.abc import Callable
from dataclasses import dataclass

from api.pages.cards import Card, Direction, Verdict, verdict_of
from api.pages.catalogues import fill, translate, translations
from api.pages.links import link
from api.pages.visit import Visit
from synapse.reports.figures import Course, Figure, Number, ratio
from synapse.reports.overview import Overview, Totals
from synapse.reports.period import Period


@dataclass(frozen=True)
class _Comparison:
    text: str
    change: str = ""
    verdict: Verdict = "neutral"


def report_cards(visit: Visit, page: Overview, period: Period) -> list[Card]:
    """Make the cards: money first, then what causes it."""
    return [*_money_cards(visit, page, period), *_cause_cards(visit, page, period)]


def _money_cards(visit: Visit, page: Overview, period: Period) -> list[Card]:
    fmt, span, leaks, courses = visit.format, period.query(), page.now.leaks, page.courses
    leaked = _compare(visit, page, lambda totals: totals.leaks.total.amount, "down", fmt.short_money)
    saved = _compare(visit, page, lambda totals: totals.leaks.recovered.amount, "up", fmt.short_money)
    revenue = _compare(visit, page, lambda totals: totals.receipts.amount, "up", fmt.short_money)
    return [
        Card(
            "lost",
            fmt.short_money(leaks.lost.amount),
            _rows(visit, "rows.leaks", leaks.lost.count),
            link("/leaks", span, status="lost"),
            leaks.lost.count,
            translate(visit.language, "compare.leaked", value=fmt.short_money(leaks.total.amount)),
            leaked.change,
            leaked.verdict,
            courses.lost,
            "danger" if leaks.lost.count else "",
        ),
        Card(
            "open",
            fmt.short_money(leaks.open.amount),
            _rows(visit, "rows.leaks", leaks.open.count),
            link("/leaks", span, status="open"),
            leaks.open.count,
            translate(visit.language, "compare.still_time"),
            series=courses.open,
            tone="warning" if leaks.open.count else "",
        ),
        Card(
            "saved",
            fmt.short_money(leaks.recovered.amount),
            _rows(visit, "rows.leaks", leaks.recovered.count),
            link("/leaks", span, status="recovered"),
            leaks.recovered.count,
            saved.text,
            saved.change,
            saved.verdict,
            courses.saved,
            "success" if leaks.recovered.count else "",
        ),
        Card(
            "revenue",
            fmt.short_money(page.now.receipts.amount),
            _rows(visit, "rows.matched_receipts", page.now.receipts.count),
            link("/receipts", span, status="matched"),
            page.now.receipts.count,
            revenue.text,
            revenue.change,
            revenue.verdict,
            courses.revenue,
        ),
    ]


def _cause_cards(visit: Visit, page: Overview, period: Period) -> list[Card]:
    fmt, span, now, courses = visit.format, period.query(), page.now, page.courses
    contacts = _compare(visit, page, lambda totals: totals.counts.enquiries, None, fmt.count)
    missed = _compare(visit, page, lambda totals: totals.counts.missed, "down", fmt.count)
    service = _compare_shares(visit, page, lambda totals: totals.level.share)
    bought = _compare_shares(visit, page, lambda totals: totals.conversion.share)
    if now.conversion.waiting:
        waiting = fmt.count(now.conversion.waiting)
        bought = _Comparison(translate(visit.language, "compare.deciding", value=waiting))
    return [
        _card(
            "contacts",
            fmt.count(now.counts.enquiries),
            _rows(visit, "rows.calls_among", now.counts.calls),
            link("/inbox", span, direction="inbound"),
            now.counts.enquiries,
            compared=contacts,
            course=courses.contacts,
        ),
        _card(
            "missed",
            fmt.count(now.counts.missed),
            translate(
                visit.language,
                "rows.share_of_calls",
                share=fmt.percent(ratio(now.counts.missed, now.counts.calls)),
            ),
            link("/inbox", span, channel="call", direction="inbound", answer="missed"),
            now.counts.missed,
            compared=missed,
            course=courses.missed,
        ),
        _card(
            "service",
            fmt.percent(now.level.share),
            _rows(visit, "rows.late_calls", now.level.late),
            link("/inbox", span, channel="call", service="late"),
            now.level.late,
            compared=service,
            course=courses.service,
        ),
        _card(
            "conversion",
            fmt.percent(now.conversion.share),
            _rows(visit, "rows.bought", now.conversion.converted),
            link("/inbox", span, stage="receipt"),
            now.conversion.converted,
            compared=bought,
            course=courses.converted,
        ),
    ]


def _card(
    key: str, value: str, rows: str, href: str, count: int, *, compared: _Comparison, course: Course
) -> Card:
    return Card(key, value, rows, href, count, compared.text, compared.change, compared.verdict, course)


def _rows(visit: Visit, key: str, count: int) -> str:
    text = translations(visit.language).ngettext(key, key, count)
    return fill(str(text), {"count": visit.format.count(count)})


def _compare(
    visit: Visit,
    page: Overview,
    pick: Callable[[Totals], Number],
    better: Direction | None,
    write: Callable[[Number], str],
) -> _Comparison:
    """Compare with the period before, as relative change."""
    if page.before is None:
        return _Comparison(translate(visit.language, "compare.nothing"))
    figure = Figure(pick(page.now), pick(page.before))
    sign = "+" if (figure.change or 0) > 0 else ""
    return _Comparison(
        translate(visit.language, "compare.before", compared=write(pick(page.before))),
        "" if figure.change is None else sign + visit.format.percent(figure.change),
        "neutral" if better is None else verdict_of(figure, better),
    )


def _compare_shares(visit: Visit, page: Overview, pick: Callable[[Totals], float | None]) -> _Comparison:
    """Compare with the period before, as difference in percentage points."""
    if page.before is None:
        return _Comparison(translate(visit.language, "compare.nothing"))
    now, before = pick(page.now), pick(page.before)
    text = translate(visit.language, "compare.before", compared=visit.format.percent(before))
    if now is None or before is None:
        return _Comparison(text)
    points = (now - before) * 100
    change = f"{'+' if points > 0 else ''}{visit.format.decimal(points)}"
    unit = translate(visit.language, "unit.points")
    return _Comparison(text, f"{change}\u00a0{unit}", verdict_of(Figure(now, before), "up"))
