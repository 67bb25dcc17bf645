"""Money that leaks: the filter that cards and the list share, and the sums over it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from synapse.reports.marts import leakage
from synapse.reports.period import Period

KINDS = (
    "missed_call",
    "unanswered_message",
    "broken_promise",
    "stalled_lead",
    "lost_lead",
    "silent_intent",
    "unresolved_complaint",
)
STATUSES = ("open", "lost", "recovered")

_T = leakage.c
# What a leak is worth: what was saved once it is recovered, else what is at stake.
worth = sa.func.coalesce(
    sa.case(
        (_T.status == "recovered", sa.func.coalesce(_T.saved_amount, _T.estimated_amount)),
        else_=_T.estimated_amount,
    ),
    0,
)


@dataclass(frozen=True)
class LeakFilter:
    """Which leaks; an empty field does not restrict.

    Attributes:
        period: Days on which the leak began; None for all time.
        kind: One of :data:`KINDS`.
        status: One of :data:`STATUSES`.
        agent_id: Extension of the agent.
        queue: Queue's number.
    """

    period: Period | None = None
    kind: str | None = None
    status: str | None = None
    agent_id: str | None = None
    queue: str | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filter as SQL conditions on ``fct_leakage``."""
        found: list[sa.ColumnElement[bool]] = []
        if self.period is not None:
            found.append(_T.occurred_on.between(self.period.first, self.period.last))
        if self.kind:
            found.append(_T.kind == self.kind)
        if self.status:
            found.append(_T.status == self.status)
        if self.agent_id:
            found.append(_T.agent_id == self.agent_id)
        if self.queue:
            found.append(_T.queue == self.queue)
        return found


@dataclass(frozen=True)
class Tally:
    """How many leaks and what they are worth together."""

    count: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class LeakSums:
    """One group of leaks by status."""

    lost: Tally
    open: Tally
    recovered: Tally

    @property
    def total(self) -> Tally:
        """All leaks of the group, whatever became of them."""
        parts = (self.lost, self.open, self.recovered)
        return Tally(sum(part.count for part in parts), sum((part.amount for part in parts), Decimal(0)))


@dataclass(frozen=True)
class KindSums:
    """Leaks of one kind by status."""

    kind: str
    sums: LeakSums


@dataclass(frozen=True)
class LeakDay:
    """Leaks that began on one day, by status as it is now."""

    day: date
    sums: LeakSums


def _columns() -> list[sa.ColumnElement[Any]]:
    columns: list[sa.ColumnElement[Any]] = []
    for status in STATUSES:
        mine = _T.status == status
        columns.append(sa.func.count().filter(mine).label(f"{status}_count"))
        columns.append(sa.func.coalesce(sa.func.sum(worth).filter(mine), 0).label(f"{status}_amount"))
    return columns


def _sums(row: Any) -> LeakSums:
    values = row._mapping
    tallies = {
        status: Tally(values[f"{status}_count"], Decimal(values[f"{status}_amount"])) for status in STATUSES
    }
    return LeakSums(**tallies)


def tally_leaks(connection: sa.Connection, chosen: LeakFilter) -> Tally:
    """Count and value of all leaks under a filter."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(worth), 0)).where(*chosen.conditions())
    ).one()
    return Tally(row[0], Decimal(row[1]))


def sum_leaks(connection: sa.Connection, chosen: LeakFilter) -> LeakSums:
    """Leaks under a filter by status."""
    return _sums(connection.execute(sa.select(*_columns()).where(*chosen.conditions())).one())


def sum_leaks_by_kind(connection: sa.Connection, chosen: LeakFilter) -> list[KindSums]:
    """Leaks under a filter by kind, the dearest (lost and open) first."""
    rows = connection.execute(
        sa.select(_T.kind, *_columns()).where(*chosen.conditions()).group_by(_T.kind)
    ).all()
    found = [KindSums(row.kind, _sums(row)) for row in rows]
    return sorted(found, key=lambda each: -(each.sums.lost.amount + each.sums.open.amount))


def sum_leaks_by_day(connection: sa.Connection, chosen: LeakFilter) -> list[LeakDay]:
    """Leaks under a filter by the day on which they began; days without any are absent."""
    rows = connection.execute(
        sa.select(_T.occurred_on, *_columns())
        .where(*chosen.conditions())
        .group_by(_T.occurred_on)
        .order_by(_T.occurred_on)
    ).all()
    return [LeakDay(row.occurred_on, _sums(row)) for row in rows]


def with_status(chosen: LeakFilter, status: str) -> LeakFilter:
    """The same filter narrowed to one status."""
    return replace(chosen, status=status)
