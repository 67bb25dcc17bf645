"""Failed runs → ``app.alerts``; a later success of the same job resolves them."""

import dagster as dg

from synapse.alerts.ledger import raise_alert, resolve_alert
from synapse_assets.resources import Warehouse


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=15)
def failed_runs(context: dg.RunFailureSensorContext, warehouse: Warehouse) -> None:
    """Raise one alert per job, however often it fails."""
    run = context.dagster_run
    with warehouse.engine().begin() as connection:
        raise_alert(connection, kind="run_failed", subject=run.job_name, message=f"Run {run.run_id} failed.")


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
)
def mended_runs(context: dg.RunStatusSensorContext, warehouse: Warehouse) -> None:
    """Resolve the job's alert."""
    with warehouse.engine().begin() as connection:
        resolve_alert(connection, kind="run_failed", subject=context.dagster_run.job_name)


SENSORS = [failed_runs, mended_runs]
