"""Schedules: the sure way behind the quick ones."""

from datetime import UTC, datetime

import dagster as dg

from synapse.operations.staleness import warehouse_is_stale
from synapse_assets.jobs import recordings_job, warehouse_job
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


SCHEDULES = [hourly_warehouse, nightly_reconcile]
