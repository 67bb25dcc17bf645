"""The period in a page's URL as a dependency."""

from typing import Annotated

from fastapi import Depends, Query

from api.pages.visit import CurrentVisit
from synapse.reports.period import Period, parse_period

ALL_TIME = "all"

Days = Annotated[str | None, Query(max_length=10)]
First = Annotated[str | None, Query(alias="from", max_length=10)]
Last = Annotated[str | None, Query(alias="to", max_length=10)]


def period(visit: CurrentVisit, days: Days = None, first: First = None, last: Last = None) -> Period:
    """The period asked for; the last 30 days unless the URL says otherwise."""
    return parse_period(days, first, last, today=visit.today)


def period_or_all(
    visit: CurrentVisit, days: Days = None, first: First = None, last: Last = None
) -> Period | None:
    """The period asked for; None for ``days=all``."""
    return None if days == ALL_TIME else parse_period(days, first, last, today=visit.today)


ChosenPeriod = Annotated[Period, Depends(period)]
ListPeriod = Annotated[Period | None, Depends(period_or_all)]


def period_query(chosen: Period | None) -> dict[str, str]:
    """URL parameters of a period, all time included."""
    return {"days": ALL_TIME} if chosen is None else chosen.query()
