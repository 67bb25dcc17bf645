"""Sources with their costs, the enquiries credited to them and the money that came back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from synapse.reports.figures import ratio
from synapse.reports.marts import attribution, channel_returns, cohorts, survival
from synapse.reports.period import Period

MODELS = ("last", "first", "last_non_direct", "linear", "position_based", "time_decay", "data_driven")
DEFAULT_MODEL = "last"
COHORT_KINDS = ("week", "month")

_R = channel_returns.c
_A = attribution.c


@dataclass(frozen=True)
class ChannelReturn:
    """One source, medium and campaign in one model.

    Attributes:
        source: As in utm_source; None where nothing is known.
        cost: Roubles spent in the period.
        enquiries: Sum of credits, so a fraction.
        converted: Credits of those with a receipt.
        revenue: Credited money of receipts, returns deducted.
        touched: Enquiries with any credit here: the rows behind the figures.
        touched_converted: Those of them with a receipt.
    """

    source: str | None
    medium: str | None
    campaign: str | None
    cost: Decimal
    enquiries: Decimal
    converted: Decimal
    revenue: Decimal
    touched: int = 0
    touched_converted: int = 0

    @property
    def cost_per_enquiry(self) -> Decimal | None:
        """CPL; None without costs or enquiries."""
        return self.cost / self.enquiries if self.cost and self.enquiries else None

    @property
    def cost_per_customer(self) -> Decimal | None:
        """CAC; None without costs or customers."""
        return self.cost / self.converted if self.cost and self.converted else None

    @property
    def revenue_per_rouble(self) -> Decimal | None:
        """ROAS; None without costs."""
        return self.revenue / self.cost if self.cost else None

    @property
    def return_on_cost(self) -> Decimal | None:
        """ROMI: (revenue - cost) / cost; the cost of goods is not known and not deducted."""
        return (self.revenue - self.cost) / self.cost if self.cost else None


@dataclass(frozen=True)
class SurvivalDay:
    """One day of a Kaplan and Meier curve; shares are of all enquiries, 0 to 1."""

    day: int
    at_risk: int
    converted: int
    censored: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class CohortCell:
    """Enquiries of a cohort that bought within ``day`` days; not complete while some may still."""

    day: int
    converted: int
    share: float | None
    is_complete: bool


@dataclass(frozen=True)
class Cohort:
    """Enquiries of one week or month."""

    first: date
    last: date
    enquiries: int
    cells: list[CohortCell]


def channel_return_rows(connection: sa.Connection, period: Period, model: str) -> list[ChannelReturn]:
    """Every source, medium and campaign of the period, most revenue first."""
    keys = (_R.source, _R.medium, _R.campaign)
    sums = connection.execute(
        sa.select(
            *keys,
            *(sa.func.sum(_R[name]).label(name) for name in ("cost", "enquiries", "converted", "revenue")),
        )
        .where(_R.attribution_model == model, _R.return_on.between(period.first, period.last))
        .group_by(*keys)
    ).all()
    behind = {
        (row.source, row.medium, row.campaign): (row.touched, row.bought)
        for row in connection.execute(
            sa.select(
                _A.source,
                _A.medium,
                _A.campaign,
                sa.func.count(sa.distinct(_A.enquiry_id)).label("touched"),
                sa.func.count(sa.distinct(_A.enquiry_id)).filter(_A.is_converted).label("bought"),
            )
            .where(
                _A.attribution_model == model,
                _A.credit > 0,
                _A.enquired_on.between(period.first, period.last),
            )
            .group_by(_A.source, _A.medium, _A.campaign)
        ).all()
    }
    found = [
        ChannelReturn(
            row.source,
            row.medium,
            row.campaign,
            Decimal(row.cost),
            Decimal(row.enquiries),
            Decimal(row.converted),
            Decimal(row.revenue),
            *behind.get((row.source, row.medium, row.campaign), (0, 0)),
        )
        for row in sums
    ]
    return sorted(found, key=lambda each: (-each.revenue, -each.cost, each.source or ""))


def total_return(rows: list[ChannelReturn]) -> ChannelReturn:
    """All rows as one."""
    nothing = Decimal(0)
    return ChannelReturn(
        None,
        None,
        None,
        sum((row.cost for row in rows), nothing),
        sum((row.enquiries for row in rows), nothing),
        sum((row.converted for row in rows), nothing),
        sum((row.revenue for row in rows), nothing),
    )


def survival_groups(connection: sa.Connection) -> list[tuple[str, str]]:
    """What curves there are: (kind, name), the whole first."""
    t = survival.c
    rows = connection.execute(
        sa.select(t.grouped_by, t.group_name).where(t.day == 0).order_by(t.grouped_by, t.at_risk.desc())
    ).all()
    return [(row.grouped_by, row.group_name) for row in rows]


def survival_curve(connection: sa.Connection, grouped_by: str, name: str) -> list[SurvivalDay]:
    """One curve by day; empty where there is none."""
    t = survival.c
    rows = connection.execute(
        sa.select(survival).where(t.grouped_by == grouped_by, t.group_name == name).order_by(t.day)
    ).all()
    return [
        SurvivalDay(
            row.day,
            row.at_risk,
            row.converted,
            row.censored,
            float(row.converted_share),
            float(row.lower_share),
            float(row.upper_share),
        )
        for row in rows
    ]


def cohort_rows(connection: sa.Connection, kind: str, *, limit: int = 12) -> list[Cohort]:
    """The newest cohorts, newest first."""
    t = cohorts.c
    rows = connection.execute(
        sa.select(cohorts).where(t.cohort_kind == kind).order_by(t.cohort_on.desc(), t.day)
    ).all()
    found: dict[date, Cohort] = {}
    for row in rows:
        cohort = found.setdefault(row.cohort_on, Cohort(row.cohort_on, row.ends_on, row.enquiries, []))
        cohort.cells.append(
            CohortCell(row.day, row.converted, ratio(row.converted, row.enquiries), row.is_complete)
        )
    return list(found.values())[:limit]


def credited(
    model: str, source: str, medium: str | None, campaign: str | None, period: Period | None
) -> sa.Select[Any]:
    """Ids of enquiries of which a source has any credit in a model; ``-`` stands for "nothing"."""
    query = sa.select(_A.enquiry_id).where(_A.attribution_model == model, _A.credit > 0)
    for column, value in ((_A.source, source), (_A.medium, medium), (_A.campaign, campaign)):
        if value:
            query = query.where(column.is_(None) if value == "-" else column == value)
    if period is not None:
        query = query.where(_A.enquired_on.between(period.first, period.last))
    return query
