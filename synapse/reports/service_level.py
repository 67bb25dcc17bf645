"""How fast people are answered: the measured conversations, the good ones, and shares by group.

A call is measured when it came in business hours and was no short abandon; it is good when a person answered
within the threshold then in force. A message thread is measured once its reply or its deadline has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from synapse.reports.figures import ratio
from synapse.reports.marts import agents, service_levels
from synapse.reports.period import Period

_T = service_levels.c

_CALL_KINDS = ("answer", "callback")
IS_MEASURED = sa.or_(
    sa.and_(_T.sla_kind.in_(_CALL_KINDS), _T.is_in_business_hours),
    sa.and_(_T.sla_kind == "reply", _T.is_within_sla.is_not(None)),
)
IS_GOOD = sa.and_(_T.sla_kind.in_(("answer", "reply")), sa.func.coalesce(_T.is_within_sla, sa.false()))
_IS_CALL = _T.channel == "call"
_WEEKDAY = sa.cast(sa.extract("isodow", _T.offered_on), sa.Integer)


@dataclass(frozen=True)
class Level:
    """Service level of one group.

    Attributes:
        offered: Measured conversations.
        good: Those answered in time.
        mean_wait_seconds: Mean wait of the answered (ASA); None when nobody was answered.
    """

    offered: int
    good: int
    mean_wait_seconds: float | None = None

    @property
    def late(self) -> int:
        """Measured but not answered in time."""
        return self.offered - self.good

    @property
    def share(self) -> float | None:
        """Service level as a share; None where nothing was measured."""
        return ratio(self.good, self.offered)


@dataclass(frozen=True)
class GroupLevel:
    """Service level of an agent or a queue; ``key`` is None for calls that reached nobody."""

    key: str | None
    label: str | None
    level: Level


@dataclass(frozen=True)
class HourLevel:
    """Service level of one hour of the week; Monday is weekday 1."""

    weekday: int
    hour: int
    level: Level


def _columns() -> list[sa.ColumnElement[Any]]:
    waited = sa.func.avg(_T.response_seconds).filter(_T.sla_kind.in_(("answer", "reply")))
    return [
        sa.func.count().label("offered"),
        sa.func.count().filter(IS_GOOD).label("good"),
        waited.label("wait"),
    ]


def _level(row: Any) -> Level:
    return Level(row.offered, row.good, None if row.wait is None else float(row.wait))


def _measured(period: Period, channel: str) -> list[sa.ColumnElement[bool]]:
    return [
        IS_MEASURED,
        _T.offered_on.between(period.first, period.last),
        _IS_CALL if channel == "call" else _T.channel != "call",
    ]


def service_level(connection: sa.Connection, period: Period, channel: str = "call") -> Level:
    """Service level of calls (``call``) or of everything that is written (``message``)."""
    return _level(connection.execute(sa.select(*_columns()).where(*_measured(period, channel))).one())


def service_level_by_day(connection: sa.Connection, period: Period) -> dict[date, Level]:
    """Service level of calls by day; days without calls are absent."""
    rows = connection.execute(
        sa.select(_T.offered_on, *_columns()).where(*_measured(period, "call")).group_by(_T.offered_on)
    ).all()
    return {row.offered_on: _level(row) for row in rows}


def service_level_by_hour(connection: sa.Connection, period: Period) -> list[HourLevel]:
    """Service level of calls by weekday and hour of the company's zone."""
    rows = connection.execute(
        sa.select(_WEEKDAY.label("weekday"), _T.offered_hour, *_columns())
        .where(*_measured(period, "call"))
        .group_by(_WEEKDAY, _T.offered_hour)
        .order_by(_WEEKDAY, _T.offered_hour)
    ).all()
    return [HourLevel(row.weekday, row.offered_hour, _level(row)) for row in rows]


def service_level_by_agent(connection: sa.Connection, period: Period) -> Sequence[GroupLevel]:
    """Service level of calls by the agent who answered, worst first; missed calls have no agent."""
    rows = connection.execute(
        sa.select(_T.agent_id.label("key"), sa.func.max(agents.c.agent_name).label("label"), *_columns())
        .select_from(service_levels.outerjoin(agents, agents.c.agent_id == _T.agent_id))
        .where(*_measured(period, "call"))
        .group_by(_T.agent_id)
    ).all()
    return _worst_first(rows)


def service_level_by_queue(connection: sa.Connection, period: Period) -> Sequence[GroupLevel]:
    """Service level of calls by queue, worst first."""
    rows = connection.execute(
        sa.select(_T.queue.label("key"), _T.queue.label("label"), *_columns())
        .where(*_measured(period, "call"))
        .group_by(_T.queue)
    ).all()
    return _worst_first(rows)


def _worst_first(rows: Sequence[Any]) -> list[GroupLevel]:
    found = [GroupLevel(row.key, row.label, _level(row)) for row in rows]
    return sorted(found, key=lambda each: (-each.level.late, each.key or ""))
