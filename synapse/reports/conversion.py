"""Enquiries that become receipts: by source, and the funnel with what is lost at each step."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from synapse.reports.figures import ratio
from synapse.reports.marts import conversions
from synapse.reports.period import Period

STAGES = ("enquiry", "qualified", "appointment", "receipt")

_T = conversions.c
# The furthest stage that an enquiry reached, 1 to 4; a later stage implies the earlier ones.
furthest = sa.case(
    (_T.is_converted, 4),
    (_T.appointment_at.is_not(None), 3),
    (_T.qualified_at.is_not(None), 2),
    else_=1,
)


@dataclass(frozen=True)
class ConversionTotals:
    """Enquiries of a period.

    Attributes:
        enquiries: All enquiries.
        matured: Those that were converted or whose window has passed.
        converted: Those with a receipt.
        amount: Net money of their receipts.
        days_to_receipt: Median days from enquiry to receipt.
    """

    enquiries: int
    matured: int
    converted: int
    amount: Decimal
    days_to_receipt: float | None = None

    @property
    def waiting(self) -> int:
        """Enquiries still inside their window: they may yet buy."""
        return self.enquiries - self.matured

    @property
    def share(self) -> float | None:
        """Share of all enquiries that have bought so far; None where there are none.

        Not among the matured: a fresh enquiry matures at once when it buys, so that share would be too high
        for any recent period.
        """
        return ratio(self.converted, self.enquiries)


@dataclass(frozen=True)
class SourceConversion:
    """Enquiries of one last touch; ``source`` is None where nothing is known."""

    source: str | None
    medium: str | None
    people: int
    totals: ConversionTotals


@dataclass(frozen=True)
class FunnelStep:
    """One stage of the funnel.

    Attributes:
        stage: One of :data:`STAGES`.
        number: 1 to 4.
        people: Enquiries that came this far.
        stopped: Those that came this far and are lost: their window passed without a receipt.
        waiting: Those that came this far and are still inside their window.
        amount_per_person: Money of all receipts divided by the enquiries that came this far.
    """

    stage: str
    number: int
    people: int
    stopped: int
    waiting: int
    amount_per_person: Decimal

    @property
    def lost_amount(self) -> Decimal:
        """What those who stopped would have paid, had they paid as the average of this stage."""
        return self.amount_per_person * self.stopped


def _within(period: Period) -> sa.ColumnElement[bool]:
    return _T.enquired_on.between(period.first, period.last)


def _columns() -> list[sa.ColumnElement[Any]]:
    return [
        sa.func.count().label("enquiries"),
        sa.func.count().filter(_T.is_matured).label("matured"),
        sa.func.count().filter(_T.is_converted).label("converted"),
        sa.func.coalesce(sa.func.sum(_T.net_amount).filter(_T.is_converted), 0).label("amount"),
        sa.func.percentile_cont(0.5)
        .within_group(_T.days_to_receipt)
        .filter(_T.is_converted)
        .label("days_to_receipt"),
    ]


def _totals(row: sa.Row[tuple[object, ...]]) -> ConversionTotals:
    v = row._mapping
    days = v["days_to_receipt"]
    return ConversionTotals(
        v["enquiries"],
        v["matured"],
        v["converted"],
        Decimal(v["amount"]),
        None if days is None else float(days),
    )


def conversion_totals(connection: sa.Connection, period: Period) -> ConversionTotals:
    """Enquiries that began in the period and what became of them."""
    return _totals(connection.execute(sa.select(*_columns()).where(_within(period))).one())


def conversion_by_source(connection: sa.Connection, period: Period) -> list[SourceConversion]:
    """Enquiries by their last touch, most money first."""
    rows = connection.execute(
        sa.select(
            _T.last_source,
            _T.last_medium,
            sa.func.count(
                sa.distinct(sa.func.coalesce(sa.cast(_T.contact_id, sa.Text), _T.enquiry_id))
            ).label("people"),
            *_columns(),
        )
        .where(_within(period))
        .group_by(_T.last_source, _T.last_medium)
    ).all()
    found = [SourceConversion(row.last_source, row.last_medium, row.people, _totals(row)) for row in rows]
    return sorted(found, key=lambda each: (-each.totals.amount, -each.totals.enquiries))


def funnel(connection: sa.Connection, period: Period) -> list[FunnelStep]:
    """The four stages with who stopped at each and what that costs."""
    rows = connection.execute(
        sa.select(
            furthest.label("furthest"),
            sa.func.count().label("people"),
            sa.func.count().filter(_T.is_matured).label("matured"),
            sa.func.coalesce(sa.func.sum(_T.net_amount).filter(_T.is_converted), 0).label("amount"),
        )
        .where(_within(period))
        .group_by(furthest)
    ).all()
    found = {row.furthest: row for row in rows}
    money = sum((Decimal(row.amount) for row in rows), Decimal(0))
    steps = []
    for number, stage in enumerate(STAGES, start=1):
        people = sum(row.people for furthest, row in found.items() if furthest >= number)
        here = found.get(number)
        is_last = number == len(STAGES)
        stopped = 0 if here is None or is_last else here.matured
        waiting = 0 if here is None or is_last else here.people - here.matured
        share = money / people if people else Decimal(0)
        steps.append(FunnelStep(stage, number, people, stopped, waiting, share))
    return steps
