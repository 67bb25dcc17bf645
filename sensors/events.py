"""Web events and API rows arrive without a file: when they do, say so to Dagster."""

from datetime import UTC, datetime

import dagster as dg

from sensors.busy import is_busy
from synapse.operations.staleness import warehouse_is_stale
from synapse_assets.jobs import warehouse_job
from synapse_assets.resources import Warehouse


@dg.sensor(
    job=warehouse_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Rebuilds the warehouse when anything has landed since its last build, by whichever way.",
)
def arrivals(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult | dg.SkipReason:
    """Ask for one build at a time; while one runs, what arrives waits for the next."""
    if is_busy(context.instance, "warehouse"):
        return dg.SkipReason("the warehouse is being built")
    with warehouse.engine().connect() as connection:
        if not warehouse_is_stale(connection, now=datetime.now(UTC)):
            return dg.SkipReason("nothing has landed since the last build")
    return dg.SensorResult([dg.RunRequest(tags={"synapse/work": "warehouse"})])


SENSORS = [arrivals]
