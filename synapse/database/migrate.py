"""Bring a database to the newest schema."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from synapse.database.tables import SCHEMAS
from synapse.errors import ConfigurationError

_SCRIPTS = str(Path(__file__).parent / "migrations")
_LOCK = 7_305_811  # any constant: two migrations at once wait for each other


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.attributes["connection"] = connection
    return config


def current_revision(engine: sa.Engine) -> str | None:
    """Return the revision that the database is at; None for an empty one."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": "app"})
        return context.get_current_revision()


def newest_revision() -> str | None:
    """Return the revision that this version of Synapse brings."""
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    return ScriptDirectory.from_config(config).get_current_head()


def migrate(engine: sa.Engine) -> None:
    """Create the schemas and apply every migration that is missing; safe to run from two processes.

    Raises:
        ConfigurationError: The database was written by a newer version of Synapse.
    """
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))
        try:
            for schema in SCHEMAS:
                connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
            connection.commit()
            config = _config(connection)
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            context = MigrationContext.configure(connection, opts={"version_table_schema": "app"})
            current = context.get_current_revision()
            connection.commit()
            if current is not None and current not in known:
                raise ConfigurationError(
                    f"The database is at revision {current}, which this version of Synapse does not know.",
                    hint="Install the newer version again; nothing was changed.",
                )
            command.upgrade(config, "head")
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
            connection.commit()


def write_revision(engine: sa.Engine, message: str, revision: str) -> None:
    """Write a migration from the difference between tables and database (for developers)."""
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=revision)
