"""The five headline figures of the day and what to do first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from synapse.reports.figures import Figure, daily
from synapse.reports.leak_list import LeakRow, list_leaks
from synapse.reports.leakage import (
    KindSums,
    LeakFilter,
    Tally,
    sum_leaks_by_day,
    sum_leaks_by_kind,
    tally_leaks,
)
from synapse.reports.marts import conversations, service_levels
from synapse.reports.period import Period, last_days, one_day
from synapse.reports.service_level import IS_MEASURED, Level, service_level, service_level_by_day
from synapse.reports.speech_queue import SpeechQueue, recordings_by_day, speech_queue
from synapse.security.masking import Masking

_SPAN_DAYS = 14
_TODO_ROWS = 8
_TODO_KINDS = ("missed_call", "unanswered_message", "broken_promise")


@dataclass(frozen=True)
class Todo:
    """The dearest open leaks of one kind and how many there are in all."""

    kind: str
    tally: Tally
    rows: list[LeakRow]


@dataclass(frozen=True)
class Today:
    """What the first page shows.

    Attributes:
        day: The company's present day.
        open_leaks: All open leaks.
        leaks: Money of the leaks that began in the last seven days, against the seven before.
        waiting_calls: Open missed calls.
        missed: Calls missed today, against the same weekday a week ago up to the same time.
        service: Service level of the last day with measured calls.
        service_day: That day: today unless nothing was measured yet.
        service_share: Its share against the same weekday a week before.
        speech: Recordings without a transcript.
        recorded: Recordings of the last seven days, against the seven before.
        todo: What to do first, by kind.
        kinds: Open leaks by kind.
    """

    day: date
    open_leaks: Tally
    leaks: Figure
    waiting_calls: Tally
    missed: Figure
    service: Level
    service_day: date
    service_share: Figure
    speech: SpeechQueue
    recorded: Figure
    todo: list[Todo]
    kinds: list[KindSums]


def today_page(connection: sa.Connection, *, now: datetime, zone: ZoneInfo, masking: Masking) -> Today:
    """Read everything that the first page shows.

    Args:
        connection: On a warehouse with marts.
        now: The present moment.
        zone: The company's zone.
        masking: What the reader may see.
    """
    day = now.astimezone(zone).date()
    level, service_day, share = _service(connection, day)
    return Today(
        day=day,
        open_leaks=tally_leaks(connection, LeakFilter(status="open")),
        leaks=_leaks(connection, day),
        waiting_calls=tally_leaks(connection, LeakFilter(kind="missed_call", status="open")),
        missed=_missed(connection, day, now),
        service=level,
        service_day=service_day,
        service_share=share,
        speech=speech_queue(connection),
        recorded=_recorded(connection, day),
        todo=[_todo(connection, kind, masking) for kind in _TODO_KINDS],
        kinds=sum_leaks_by_kind(connection, LeakFilter(status="open")),
    )


def _leaks(connection: sa.Connection, day: date) -> Figure:
    span = last_days(_SPAN_DAYS, day)
    found = sum_leaks_by_day(connection, LeakFilter(period=span))
    money = {each.day: float(each.sums.lost.amount + each.sums.open.amount) for each in found}
    series = daily(dict(money), span.first, span.last)
    return _against_week_before(series)


def _recorded(connection: sa.Connection, day: date) -> Figure:
    span = last_days(_SPAN_DAYS, day)
    found = recordings_by_day(connection, span.first, span.last)
    series = daily({on: float(count) for on, count in found.items()}, span.first, span.last)
    return _against_week_before(series)


def _against_week_before(series: tuple[float | None, ...]) -> Figure:
    new = sum(value or 0.0 for value in series[-7:])
    old = sum(value or 0.0 for value in series[-14:-7])
    return Figure(new, old, series)


def _missed(connection: sa.Connection, day: date, now: datetime) -> Figure:
    t = conversations.c
    span = last_days(_SPAN_DAYS, day)
    missed = [t.channel == "call", t.is_missed]
    rows = connection.execute(
        sa.select(t.started_on, sa.func.count().label("calls"))
        .where(*missed, t.started_on.between(span.first, span.last))
        .group_by(t.started_on)
    ).all()
    series = daily({row.started_on: float(row.calls) for row in rows}, span.first, span.last)
    week = timedelta(days=7)
    compared = connection.execute(
        sa.select(sa.func.count()).where(*missed, t.started_on == day - week, t.started_at <= now - week)
    ).scalar_one()
    return Figure(int(series[-1] or 0), compared, series)


def _service(connection: sa.Connection, day: date) -> tuple[Level, date, Figure]:
    """Service level of the last measured day of the fortnight; before opening that is yesterday."""
    span = last_days(_SPAN_DAYS, day)
    t = service_levels.c
    last = connection.execute(
        sa.select(sa.func.max(t.offered_on)).where(
            IS_MEASURED, t.channel == "call", t.offered_on.between(span.first, span.last)
        )
    ).scalar_one()
    shown = last or day
    by_day = service_level_by_day(connection, Period(span.first - timedelta(days=7), span.last))
    series = tuple(
        by_day[on].share if (on := span.first + timedelta(days=offset)) in by_day else None
        for offset in range(_SPAN_DAYS)
    )
    level = service_level(connection, one_day(shown))
    before = by_day.get(shown - timedelta(days=7))
    return level, shown, Figure(level.share, before.share if before else None, series)


def _todo(connection: sa.Connection, kind: str, masking: Masking) -> Todo:
    chosen = LeakFilter(kind=kind, status="open")
    rows = list_leaks(connection, chosen, masking=masking, limit=_TODO_ROWS * 4).rows
    # Nobody can call a hidden number: those who can be reached come first.
    reachable = sorted(rows, key=lambda row: row.phone is None)
    return Todo(kind, tally_leaks(connection, chosen), reachable[:_TODO_ROWS])
