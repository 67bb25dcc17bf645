"""Copies as this installation is set to make them."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime

import sqlalchemy as sa

from synapse.environment import Environment
from synapse.errors import ConfigurationError
from synapse.operations.backups import ledger
from synapse.operations.backups.drill import Drill, drill
from synapse.operations.backups.keeping import Removed, remove_old
from synapse.operations.backups.making import WAREHOUSE, Source, make_copy
from synapse.operations.backups.manifest import Manifest
from synapse.operations.backups.place import Place, open_place
from synapse.operations.backups.restoring import choose
from synapse.progress import Report
from synapse.security.master_key import given_keyring
from synapse.settings.secrets import use_secret
from synapse.settings.store import current_settings
from synapse.storage import open_store

PASSPHRASE = "SYNAPSE_BACKUP_PASSPHRASE"  # noqa: S105  the variable's name
S3_SECRET = "SYNAPSE_BACKUP_S3_SECRET_KEY"  # noqa: S105  the variable's name


def source_of(environment: Environment, engine: sa.Engine, variables: Mapping[str, str]) -> Source:
    """What this installation copies: its warehouse, Dagster's database where there is one, its objects.

    Args:
        environment: Bootstrap settings.
        engine: Of the warehouse.
        variables: Holds ``SYNAPSE_DAGSTER_DATABASE_URL``, if anything does.
    """
    url = environment.warehouse_url.replace("postgresql+psycopg://", "postgresql://")
    databases = {WAREHOUSE: url}
    if dagster := variables.get("SYNAPSE_DAGSTER_DATABASE_URL"):
        databases["dagster"] = dagster.replace("+psycopg", "")
    return Source(engine, databases, open_store(environment.objects_url))


def set_place(connection: sa.Connection) -> str:
    """Address of the place of copies from the settings; empty when there shall be none."""
    return current_settings(connection).settings.retention.backup_place


def place_at(url: str, connection: sa.Connection | None, environment: Environment) -> Place:
    """Open a place with the secrets of the environment or, where it gives none, of the database."""

    def secret(variable: str, name: str) -> str:
        if given := os.environ.get(variable):
            return given
        if connection is None:
            return ""
        keyring = given_keyring(environment)
        kept = use_secret(connection, keyring, name) if keyring else None
        return kept.get_secret_value() if kept else ""

    return open_place(
        url,
        secret_key=secret(S3_SECRET, "backups.s3_secret_key"),
        passphrase=secret(PASSPHRASE, "backups.passphrase"),
    )


def back_up(
    environment: Environment,
    engine: sa.Engine,
    variables: Mapping[str, str],
    *,
    place_url: str = "",
    whole: bool = False,
    report: Report,
) -> tuple[Manifest, Removed]:
    """Make a copy at the place of the settings, or at ``place_url``, and remove those that need not stay.

    Raises:
        ConfigurationError: No place is set.
        BackupError: The copy could not be made.
    """
    with engine.connect() as connection:
        retention = current_settings(connection).settings.retention
        url = place_url or retention.backup_place
        if not url:
            raise ConfigurationError(
                "No place for copies is set.",
                hint="Set it in Settings → Retention, or give one: synapse backup --to file:///mnt/copies.",
            )
        place = place_at(url, connection, environment)
    source = source_of(environment, engine, variables)
    manifest = make_copy(source, place, _named(url), whole=whole, now=datetime.now(UTC), report=report)
    removed = remove_old(place, daily=retention.backup_daily_copies, weekly=retention.backup_weekly_copies)
    return manifest, removed


def check_copy(
    environment: Environment,
    engine: sa.Engine,
    *,
    place_url: str = "",
    copy_id: str | None = None,
    report: Report,
) -> Drill:
    """Restore a copy (the newest) into a server made for this, compare, and note the outcome.

    Raises:
        ConfigurationError: No place is set.
        BackupError: The copy cannot be restored.
    """
    with engine.connect() as connection:
        url = place_url or set_place(connection)
        if not url:
            raise ConfigurationError("No place for copies is set.", hint="Set it in Settings → Retention.")
        place = place_at(url, connection, environment)
    copy = choose(place, copy_id)
    try:
        found = drill(place, copy, report=report)
    except Exception as error:
        ledger.note_check(engine, copy.id, str(error), now=datetime.now(UTC))
        raise
    ledger.note_check(engine, copy.id, None, now=datetime.now(UTC))
    return found


def _named(url: str) -> str:
    """The address without its credentials."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
