"""New or changed files in the landing folder → one run of the source's asset."""

import dagster as dg

from sensors.busy import is_busy
from synapse.landing.load import pending_keys
from synapse_assets.landing import ASSET_OF_SOURCE
from synapse_assets.resources import Storage, Warehouse


def files_sensor(source: str, asset_key: dg.AssetKey) -> dg.SensorDefinition:
    """Make the sensor of one source; a tick compares the listing with the ledger and nothing else."""

    @dg.sensor(
        name=f"{asset_key.path[-1]}_files",
        asset_selection=dg.AssetSelection.assets(asset_key),
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Loads new and changed files of {source}.",
    )
    def look(
        context: dg.SensorEvaluationContext, warehouse: Warehouse, storage: Storage
    ) -> dg.SensorResult | dg.SkipReason:
        if is_busy(context.instance, source):
            return dg.SkipReason("files of this source are being loaded")
        if not pending_keys(warehouse.engine(), storage.store(), source):
            return dg.SkipReason("nothing new")
        # The request names no file: names of files may hold phone numbers.
        return dg.SensorResult([dg.RunRequest(tags={"synapse/work": source})])

    return look


SENSORS = [files_sensor(source, key) for source, key in ASSET_OF_SOURCE.items()]
