"""The schema: migrations and tables say the same."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from synapse.database.migrate import current_revision, migrate
from synapse.database.tables import SCHEMAS, metadata


def _ours(name: str | None, kind: str, parent: dict[str, str | None]) -> bool:
    if kind == "schema":
        return name in SCHEMAS
    return not (
        kind == "table" and name is not None and (name.startswith("web_events_") or name == "alembic_version")
    )


def test_migrations_make_exactly_the_declared_tables(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_schemas": True, "include_name": _ours, "compare_type": True}
        )
        differences = compare_metadata(context, metadata)
    assert differences == []


def test_migrating_twice_changes_nothing(engine: sa.Engine) -> None:
    before = current_revision(engine)
    migrate(engine)
    assert before is not None
    assert current_revision(engine) == before
