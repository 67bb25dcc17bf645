"""Open alerts in ``app.alerts``: at most one per kind and subject."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.app import alerts


def raise_alert(connection: sa.Connection, *, kind: str, subject: str, message: str) -> None:
    """Open an alert, or renew the message of the one that is open; the caller commits."""
    statement = insert(alerts).values(kind=kind, subject=subject, message=message)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[alerts.c.kind, alerts.c.subject],
            index_where=alerts.c.resolved_at.is_(None),
            set_={"message": statement.excluded.message},
        )
    )


def resolve_alert(connection: sa.Connection, *, kind: str, subject: str) -> None:
    """Close the open alert of this kind and subject, if there is one; the caller commits."""
    connection.execute(
        sa.update(alerts)
        .where(alerts.c.kind == kind, alerts.c.subject == subject, alerts.c.resolved_at.is_(None))
        .values(resolved_at=sa.func.now())
    )
