"""What filters offer: the agents, queues, topics and intents that the data has."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from synapse.reports.marts import agents, conversations


class Choice(NamedTuple):
    """One value of a filter with its name."""

    value: str
    label: str


def agent_choices(connection: sa.Connection) -> list[Choice]:
    """All agents by name."""
    name = sa.func.coalesce(agents.c.agent_name, agents.c.agent_id)
    rows = connection.execute(sa.select(agents.c.agent_id, name.label("name")).order_by(name)).all()
    return [Choice(row.agent_id, row.name) for row in rows]


def topic_choices(connection: sa.Connection, since: date) -> list[str]:
    """Topics of conversations since a day, most frequent first."""
    topic = sa.func.unnest(conversations.c.topics).label("topic")
    inner = sa.select(topic).where(conversations.c.started_on >= since).subquery()
    rows = connection.execute(
        sa.select(inner.c.topic).group_by(inner.c.topic).order_by(sa.func.count().desc()).limit(40)
    ).scalars()
    return list(rows)
