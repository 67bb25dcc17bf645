"""What people talk about: topics of conversations, shipped and the company's own."""

from dataclasses import dataclass

import sqlalchemy as sa

from synapse.reports.marts import conversations
from synapse.reports.period import Period


@dataclass(frozen=True)
class TopicRow:
    """One topic in a period.

    Attributes:
        topic: Its code; a company's own topic is its name.
        conversations: That touched upon it.
        before: In the period of equal length before.
        complaints: Of them, complaints.
        share: Of all conversations with any label, 0 to 1.
    """

    topic: str
    conversations: int
    before: int
    complaints: int
    share: float


def topics_of(connection: sa.Connection, period: Period, *, limit: int = 20) -> list[TopicRow]:
    """Topics of the conversations that began in a period, most frequent first."""
    t = conversations.c
    previous = period.previous()
    labelled = sa.select(sa.func.count()).where(
        t.started_on.between(period.first, period.last), t.intent.is_not(None)
    )
    total = connection.execute(labelled).scalar_one()
    each = (
        sa.select(
            sa.func.unnest(t.topics).label("topic"),
            t.is_complaint,
            (t.started_on >= period.first).label("is_now"),
        )
        .where(t.started_on.between(previous.first, period.last))
        .subquery()
    )
    count = sa.func.count().filter(each.c.is_now)
    rows = connection.execute(
        sa.select(
            each.c.topic,
            count.label("now"),
            sa.func.count().filter(~each.c.is_now).label("before"),
            sa.func.count().filter(sa.and_(each.c.is_now, each.c.is_complaint)).label("complaints"),
        )
        .group_by(each.c.topic)
        .having(count > 0)
        .order_by(count.desc(), each.c.topic)
        .limit(limit)
    ).all()
    return [
        TopicRow(row.topic, row.now, row.before, row.complaints, row.now / total if total else 0.0)
        for row in rows
    ]
