"""New audio → catalogue → transcripts of the days concerned."""

import dagster as dg

from sensors.busy import is_busy
from synapse.environment import load_environment
from synapse.operations.staleness import days_to_transcribe
from synapse.speech.recordings import fresh_keys
from synapse_assets import speech
from synapse_assets.jobs import transcripts_job
from synapse_assets.partitions import FIRST_DAY
from synapse_assets.pools import apply_speech_limit
from synapse_assets.resources import Storage, Warehouse


@dg.sensor(
    asset_selection=dg.AssetSelection.assets(speech.recordings),
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks for recordings past the last one known; late ones are found by the nightly full look.",
)
def new_recordings(
    context: dg.SensorEvaluationContext, warehouse: Warehouse, storage: Storage
) -> dg.SensorResult | dg.SkipReason:
    """Ask for the catalogue when there is at least one fresh object."""
    settings = warehouse.settings().settings
    if is_busy(context.instance, "recordings"):
        return dg.SkipReason("the catalogue is being written")
    if next(iter(fresh_keys(warehouse.engine(), storage.store(), settings)), None) is None:
        return dg.SkipReason("nothing new")
    return dg.SensorResult([dg.RunRequest(tags={"synapse/work": "recordings"})])


@dg.sensor(
    job=transcripts_job,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Transcribes every day that has a usable recording without a transcript.",
)
def untranscribed_days(
    context: dg.SensorEvaluationContext, warehouse: Warehouse
) -> dg.SensorResult | dg.SkipReason:
    """Ask for each such day once at a time, and keep the pool at the limit of the settings."""
    apply_speech_limit(context.instance, warehouse.settings().settings.asr, load_environment())
    with warehouse.engine().connect() as connection:
        wanted = [day.isoformat() for day in days_to_transcribe(connection) if day >= FIRST_DAY]
    free = [day for day in wanted[-31:] if not is_busy(context.instance, f"transcripts {day}")]
    if not free:
        return dg.SkipReason("every recording has its transcript or is being worked on")
    return dg.SensorResult(
        [dg.RunRequest(partition_key=day, tags={"synapse/work": f"transcripts {day}"}) for day in free]
    )


SENSORS = [new_recordings, untranscribed_days]
