"""Audio objects → ``core.recordings`` → ``core.transcripts``."""

from datetime import UTC, datetime

import dagster as dg

from synapse.progress import reporter
from synapse.speech.pipeline import take_ready_transcripts, transcribe_day
from synapse.speech.recordings import catalogue_recordings, fresh_keys
from synapse_assets.landing import ready_transcripts
from synapse_assets.partitions import days, days_of
from synapse_assets.policies import OWNERS
from synapse_assets.resources import Storage, Warehouse


class RecordingsConfig(dg.Config):
    """How far to look.

    Attributes:
        full_look: True walks through all objects (late, re-written and vanished ones are found);
            False takes only what is new since the last look and what was still growing.
    """

    full_look: bool = False


@dg.asset(
    group_name="speech",
    description="Recordings in the storage with what their names and headers say.",
    kinds={"python", "s3"},
    owners=OWNERS,
    pool="landing",
)
def recordings(config: RecordingsConfig, warehouse: Warehouse, storage: Storage) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Probe new audio objects into ``core.recordings``."""
    engine, store, settings = warehouse.engine(), storage.store(), warehouse.settings().settings
    keys = None if config.full_look else fresh_keys(engine, store, settings)
    outcome = catalogue_recordings(engine, store, keys, settings, now=datetime.now(UTC))
    return dg.MaterializeResult(metadata={"dagster/row_count": outcome.total, **outcome.by_state})


@dg.asset(
    group_name="speech",
    description="What was said, by speaker and second; a day can be transcribed again.",
    kinds={"python", "whisper"},
    owners=OWNERS,
    deps=[recordings],
    partitions_def=days,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool="speech",
)
def transcripts(
    context: dg.AssetExecutionContext, warehouse: Warehouse, storage: Storage
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Transcribe the usable recordings of the run's days that this model has not heard yet."""
    engine, store, settings = warehouse.engine(), storage.store(), warehouse.settings()
    report = reporter("Transcribe recordings")
    wanted = days_of(context)
    totals: dict[str, float] = {}
    for day in wanted:
        outcome = transcribe_day(engine, store, day, settings, progress=report)
        for name, figure in outcome.figures().items():
            totals[name] = totals.get(name, 0) + figure
        context.log.info("transcribed %s: %s", day, outcome.figures())
    return dg.MaterializeResult(metadata={"days": len(wanted), **totals})


@dg.asset(
    group_name="speech",
    description="Ready transcripts in the same form as those of our own recogniser.",
    kinds={"python", "postgres"},
    owners=OWNERS,
    deps=[ready_transcripts],
    automation_condition=dg.AutomationCondition.eager(),
)
def imported_transcripts(warehouse: Warehouse) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Take ``raw.ready_transcripts`` over into ``core.transcripts``."""
    taken = take_ready_transcripts(warehouse.engine(), warehouse.settings().settings)
    return dg.MaterializeResult(metadata={"dagster/row_count": taken})


ASSETS = [recordings, transcripts, imported_transcripts]
