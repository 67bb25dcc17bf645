"""Alembic environment: one transaction per migration, on the connection it was handed."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from synapse.database.tables import SCHEMAS, metadata


def _ours(name: str | None, kind: str, parent: Any) -> bool:
    return name in SCHEMAS if kind == "schema" else True


def run(connection: sa.Connection) -> None:
    """Apply or generate migrations on ``connection``."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=_ours,
        version_table_schema="app",
        transaction_per_migration=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
