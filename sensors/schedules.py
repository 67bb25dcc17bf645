"""Schedules: the sure way behind the quick ones."""

from datetime import UTC, datetime

import dagster as dg

from synapse.operations.backups.due import why_no_copy, why_no_drill
from synapse.operations.backups.ledger import last_good
from synapse.operations.staleness import warehouse_is_stale
from synapse.settings.store import current_settings
from synapse_assets.jobs import backup_job, drill_job, recordings_job, warehouse_job
from synapse_assets.resources import Warehouse


@dg.schedule(
    job=warehouse_job,
    cron_schedule="5 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every hour, if something has changed.",
)
def hourly_warehouse(warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """Rebuild the marts if they lack something."""
    with warehouse.engine().connect() as connection:
        if warehouse_is_stale(connection, now=datetime.now(UTC)):
            return dg.RunRequest(tags={"synapse/work": "warehouse"})
    return dg.SkipReason("nothing has changed")


@dg.schedule(
    job=recordings_job,
    cron_schedule="30 0 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night: walk through all recordings for late, re-written and vanished ones.",
)
def nightly_reconcile() -> dg.RunRequest:
    """Look at every object once."""
    return dg.RunRequest(run_config={"ops": {"recordings": {"config": {"full_look": True}}}})


@dg.schedule(
    job=backup_job,
    cron_schedule="20 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at the hour of the settings, or later if that was missed: a copy of everything.",
)
def nightly_backup(warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """Make a copy if one is due."""
    now = datetime.now(UTC)
    with warehouse.engine().connect() as connection:
        reason = why_no_copy(current_settings(connection).settings, last_good(connection), now=now)
    return dg.SkipReason(reason) if reason else dg.RunRequest(tags={"synapse/work": "backup"})


@dg.schedule(
    job=drill_job,
    cron_schedule="50 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every week: restore the newest copy into a server of its own and compare.",
)
def weekly_drill(warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """Check a copy if that is due."""
    now = datetime.now(UTC)
    with warehouse.engine().connect() as connection:
        reason = why_no_drill(current_settings(connection).settings, last_good(connection), now=now)
    return dg.SkipReason(reason) if reason else dg.RunRequest(tags={"synapse/work": "backup"})


SCHEDULES = [hourly_warehouse, nightly_reconcile, nightly_backup, weekly_drill]
