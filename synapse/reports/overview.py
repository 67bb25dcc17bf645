"""Headline figures of a period against the period before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from synapse.reports.conversion import ConversionTotals, conversion_totals
from synapse.reports.figures import Figure, daily, weekly
from synapse.reports.leakage import LeakDay, LeakFilter, LeakSums, Tally, sum_leaks, sum_leaks_by_day
from synapse.reports.marts import conversations, conversions
from synapse.reports.period import Period
from synapse.reports.receipts import ReceiptFilter, ReceiptTally, receipts_by_day, tally_receipts
from synapse.reports.service_level import Level, service_level, service_level_by_day


@dataclass(frozen=True)
class CallCounts:
    """Inbound conversations of a period; ``missed`` counts calls."""

    enquiries: int
    calls: int
    missed: int


@dataclass(frozen=True)
class Overview:
    """Headline figures; each is compared with the period of equal length before.

    Lost and open money have no comparison of their own: older leaks had more time to be decided. All money
    that leaked, whatever became of it, can be compared.

    Attributes:
        leaks: Sums behind lost, open and saved money.
        counts: Behind contacts and missed calls.
        level: Behind the service level.
        conversion: Behind the conversion.
        receipts: Matched receipts of the period.
        all_receipts: All receipts of the period.
        leak_days: Leaks by day, for the chart.
        level_days: Service level by day, for the chart.
    """

    leaks: LeakSums
    counts: CallCounts
    level: Level
    conversion: ConversionTotals
    receipts: ReceiptTally
    all_receipts: ReceiptTally
    leaked: Figure
    lost: Figure
    open: Figure
    saved: Figure
    contacts: Figure
    missed: Figure
    service: Figure
    converted: Figure
    revenue: Figure
    leak_days: list[LeakDay]
    level_days: dict[date, Level]


def overview(connection: sa.Connection, period: Period) -> Overview:
    """Read the headline figures of a period."""
    before = period.previous()
    leaks, leaks_before = (sum_leaks(connection, LeakFilter(period=each)) for each in (period, before))
    counts, counts_before = _counts(connection, period), _counts(connection, before)
    level, level_before = service_level(connection, period), service_level(connection, before)
    conversion, conversion_before = (
        conversion_totals(connection, period),
        conversion_totals(connection, before),
    )
    matched = ReceiptFilter(period=period, status="matched")
    receipts = tally_receipts(connection, matched)
    receipts_before = tally_receipts(connection, ReceiptFilter(period=before, status="matched"))
    leak_days = sum_leaks_by_day(connection, LeakFilter(period=period))
    level_days = service_level_by_day(connection, period)
    by_day = _daily_counts(connection, period)
    money = {day: float(amount) for day, amount in receipts_by_day(connection, matched).items()}
    return Overview(
        leaks=leaks,
        counts=counts,
        level=level,
        conversion=conversion,
        receipts=receipts,
        all_receipts=tally_receipts(connection, ReceiptFilter(period=period)),
        leaked=_figure(
            period, leaks.total.amount, leaks_before.total.amount, _money(leak_days, lambda sums: sums.total)
        ),
        lost=_figure(period, leaks.lost.amount, None, _money(leak_days, lambda sums: sums.lost)),
        open=_figure(period, leaks.open.amount, None, _money(leak_days, lambda sums: sums.open)),
        saved=_figure(
            period,
            leaks.recovered.amount,
            leaks_before.recovered.amount,
            _money(leak_days, lambda sums: sums.recovered),
        ),
        contacts=_figure(
            period,
            counts.enquiries,
            counts_before.enquiries,
            {day: each.enquiries for day, each in by_day.items()},
        ),
        missed=_figure(
            period, counts.missed, counts_before.missed, {day: each.missed for day, each in by_day.items()}
        ),
        service=Figure(level.share, level_before.share, _shares(level_days, period)),
        converted=_figure(
            period, conversion.share, conversion_before.share, _enquiries_by_day(connection, period)
        ),
        revenue=_figure(period, receipts.amount, receipts_before.amount, money),
        leak_days=leak_days,
        level_days=level_days,
    )


def _figure(
    period: Period,
    value: float | Decimal | None,
    compared: float | Decimal | None,
    by_day: Mapping[date, float | None],
) -> Figure:
    return Figure(value, compared, weekly(daily(by_day, period.first, period.last)))


def _money(days: list[LeakDay], pick: Callable[[LeakSums], Tally]) -> dict[date, float]:
    return {each.day: float(pick(each.sums).amount) for each in days}


def _shares(levels: dict[date, Level], period: Period) -> tuple[float | None, ...]:
    nothing = Level(0, 0)
    days = [levels.get(date.fromordinal(period.first.toordinal() + n), nothing) for n in range(period.days)]
    if period.days <= 45:
        return tuple(level.share for level in days)
    weeks = [days[index : index + 7] for index in range(period.days % 7, period.days, 7)]
    return tuple(Level(sum(d.offered for d in week), sum(d.good for d in week)).share for week in weeks)


_T = conversations.c
_IS_MISSED_CALL = sa.and_(_T.channel == "call", _T.is_missed)


def _counts(connection: sa.Connection, period: Period) -> CallCounts:
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(_T.channel == "call"),
            sa.func.count().filter(_IS_MISSED_CALL),
        ).where(_T.direction == "inbound", _T.started_on.between(period.first, period.last))
    ).one()
    return CallCounts(row[0], row[1], row[2])


def _daily_counts(connection: sa.Connection, period: Period) -> dict[date, CallCounts]:
    rows = connection.execute(
        sa.select(
            _T.started_on,
            sa.func.count(),
            sa.func.count().filter(_T.channel == "call"),
            sa.func.count().filter(_IS_MISSED_CALL),
        )
        .where(_T.direction == "inbound", _T.started_on.between(period.first, period.last))
        .group_by(_T.started_on)
    ).all()
    return {row[0]: CallCounts(row[1], row[2], row[3]) for row in rows}


def _enquiries_by_day(connection: sa.Connection, period: Period) -> dict[date, int]:
    t = conversions.c
    rows = connection.execute(
        sa.select(t.enquired_on, sa.func.count())
        .where(t.enquired_on.between(period.first, period.last), t.is_converted)
        .group_by(t.enquired_on)
    ).all()
    return {row[0]: row[1] for row in rows}
