"""Headline figures of a period against the period before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from synapse.reports.conversion import ConversionTotals, conversion_totals
from synapse.reports.figures import Course, daily, weekly
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
class Totals:
    """Sums of one period; ``receipts`` are those matched to an enquiry."""

    leaks: LeakSums
    counts: CallCounts
    level: Level
    conversion: ConversionTotals
    receipts: ReceiptTally


@dataclass(frozen=True)
class Courses:
    """How each headline figure went over the period, for spark lines."""

    lost: Course
    open: Course
    saved: Course
    revenue: Course
    contacts: Course
    missed: Course
    service: Course
    converted: Course


@dataclass(frozen=True)
class Overview:
    """Headline figures of a period.

    Attributes:
        now: The period.
        before: The period of equal length before; None when data do not reach back over all of it.
        courses: Day by day (week by week in long periods).
        leak_days: Leaks by day, for the chart.
        level_days: Service level by day, for the chart.
    """

    now: Totals
    before: Totals | None
    courses: Courses
    leak_days: list[LeakDay]
    level_days: dict[date, Level]


def overview(connection: sa.Connection, period: Period) -> Overview:
    """Read the headline figures of a period."""
    before = period.previous()
    first_day = connection.execute(sa.select(sa.func.min(conversations.c.started_on))).scalar_one()
    reaches_back = first_day is not None and first_day <= before.first
    leak_days = sum_leaks_by_day(connection, LeakFilter(period=period))
    level_days = service_level_by_day(connection, period)
    return Overview(
        now=_totals(connection, period),
        before=_totals(connection, before) if reaches_back else None,
        courses=_courses(connection, period, leak_days, level_days),
        leak_days=leak_days,
        level_days=level_days,
    )


def _totals(connection: sa.Connection, period: Period) -> Totals:
    return Totals(
        sum_leaks(connection, LeakFilter(period=period)),
        _counts(connection, period),
        service_level(connection, period),
        conversion_totals(connection, period),
        tally_receipts(connection, ReceiptFilter(period=period, status="matched")),
    )


def _courses(
    connection: sa.Connection, period: Period, leak_days: list[LeakDay], level_days: dict[date, Level]
) -> Courses:
    by_day = _daily_counts(connection, period)
    revenue = receipts_by_day(connection, ReceiptFilter(period=period, status="matched"))

    def course(values: Mapping[date, float | Decimal]) -> Course:
        plain: dict[date, float | None] = {day: float(value) for day, value in values.items()}
        return weekly(daily(plain, period.first, period.last))

    return Courses(
        lost=course(_money(leak_days, lambda sums: sums.lost)),
        open=course(_money(leak_days, lambda sums: sums.open)),
        saved=course(_money(leak_days, lambda sums: sums.recovered)),
        revenue=course(revenue),
        contacts=course({day: each.enquiries for day, each in by_day.items()}),
        missed=course({day: each.missed for day, each in by_day.items()}),
        service=_shares(level_days, period),
        converted=course(_converted_by_day(connection, period)),
    )


def _money(days: list[LeakDay], pick: Callable[[LeakSums], Tally]) -> dict[date, Decimal]:
    return {each.day: pick(each.sums).amount for each in days}


def _shares(levels: dict[date, Level], period: Period) -> Course:
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


def _converted_by_day(connection: sa.Connection, period: Period) -> dict[date, int]:
    t = conversions.c
    rows = connection.execute(
        sa.select(t.enquired_on, sa.func.count())
        .where(t.enquired_on.between(period.first, period.last), t.is_converted)
        .group_by(t.enquired_on)
    ).all()
    return {row[0]: row[1] for row in rows}
