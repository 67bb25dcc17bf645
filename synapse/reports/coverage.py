"""Of what happened, how much the warehouse understood: the limits of every other figure."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from synapse.reports.figures import ratio
from synapse.reports.marts import coverage_days
from synapse.reports.period import Period

_T = coverage_days.c

MEASURES: dict[str, tuple[sa.Column[int], sa.Column[int]]] = {
    "recorded": (_T.recorded_calls, _T.answered_calls),
    "transcribed": (_T.transcribed_calls, _T.answered_calls),
    "labelled": (_T.labelled_conversations, _T.conversations),
    "contacts": (_T.known_contacts, _T.conversations),
    "sources": (_T.enquiries_with_source, _T.enquiries),
    "receipts": (_T.matched_receipts, _T.receipts),
}
"""What is measured: how many are known, of how many."""


@dataclass(frozen=True)
class Coverage:
    """How much of one kind of thing is known.

    Attributes:
        measure: One of :data:`MEASURES`.
        known: Things understood.
        total: All things of the kind.
    """

    measure: str
    known: int
    total: int

    @property
    def share(self) -> float | None:
        """Known share; None where there was nothing to know."""
        return ratio(self.known, self.total)

    @property
    def missing(self) -> int:
        """Things not understood."""
        return self.total - self.known


def coverage(connection: sa.Connection, period: Period) -> list[Coverage]:
    """Sum every measure over a period."""
    columns = [
        sa.func.coalesce(sa.func.sum(column), 0).label(f"{measure}_{part}")
        for measure, pair in MEASURES.items()
        for part, column in zip(("known", "total"), pair, strict=True)
    ]
    row = (
        connection.execute(sa.select(*columns).where(_T.day.between(period.first, period.last)))
        .mappings()
        .one()
    )
    return [
        Coverage(measure, int(row[f"{measure}_known"]), int(row[f"{measure}_total"])) for measure in MEASURES
    ]


def coverage_by_day(connection: sa.Connection, period: Period) -> dict[date, dict[str, Coverage]]:
    """Every measure of every day of a period that has any row."""
    rows = connection.execute(
        sa.select(coverage_days).where(_T.day.between(period.first, period.last)).order_by(_T.day)
    ).mappings()
    return {
        row["day"]: {
            measure: Coverage(measure, row[known.name], row[total.name])
            for measure, (known, total) in MEASURES.items()
        }
        for row in rows
    }


def receipts_to_review(connection: sa.Connection, period: Period) -> int:
    """Receipts of a period whose enquiry a person should confirm."""
    query = sa.select(sa.func.coalesce(sa.func.sum(_T.receipts_to_review), 0))
    return int(connection.scalar(query.where(_T.day.between(period.first, period.last))) or 0)
