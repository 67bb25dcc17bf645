"""Audio objects → ``core.recordings`` → ``core.transcripts``."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
from pydantic import Field

from synapse.environment import load_environment
from synapse.progress import reporter
from synapse.speech.chunks import Chunk, plan_chunks
from synapse.speech.pipeline import Outcome, take_ready_transcripts, transcribe_chunk
from synapse.speech.recordings import catalogue_recordings, fresh_keys
from synapse.speech.version import transcript_version
from synapse.speech.way import Way
from synapse_assets.executors import ON_SPEECH_WORKERS
from synapse_assets.handover import forget_handovers
from synapse_assets.landing import ready_transcripts
from synapse_assets.partitions import days, days_of
from synapse_assets.policies import OWNERS
from synapse_assets.pools import SPEECH, apply_speech_limit
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


class ChunksConfig(dg.Config):
    """What to transcribe of the run's days, and how.

    Attributes:
        recording_ids: Keys of ``core.recordings``; empty: all that this way has not heard yet.
        way: Differences from the settings, such as ``{"language": "en"}`` or ``{"inference": "sequential"}``.
    """

    recording_ids: list[int] = Field(default_factory=list)
    way: dict[str, str] = Field(default_factory=dict)


@dg.op(
    ins={"recordings": dg.In(dg.Nothing)},
    out=dg.DynamicOut(Chunk, io_manager_key="handover"),
    pool=SPEECH,
)
def speech_chunks(
    context: dg.OpExecutionContext, config: ChunksConfig, warehouse: Warehouse
) -> Iterator[dg.DynamicOutput[Chunk]]:
    """Cut what is to be transcribed into chunks that any number of workers can share."""
    asr = warehouse.settings().settings.asr
    apply_speech_limit(context.instance, asr, load_environment())
    way = Way.model_validate(config.way)
    with warehouse.engine().connect() as connection:
        chunks = plan_chunks(
            connection,
            days_of(context),
            transcript_version(way.applied(asr)),
            chunk_minutes=asr.chunk_minutes,
            only=config.recording_ids,
            way=way,
        )
    for number, chunk in enumerate(chunks):
        yield dg.DynamicOutput(chunk, mapping_key=f"{number:04}")


@dg.op(out=dg.Out(Outcome, io_manager_key="handover"), pool=SPEECH, tags=ON_SPEECH_WORKERS)
def chunk_transcripts(
    context: dg.OpExecutionContext, chunk: Chunk, warehouse: Warehouse, storage: Storage
) -> Outcome:
    """Transcribe one chunk; a worker that is lost is replaced by another, which goes on where it was."""
    outcome = transcribe_chunk(
        warehouse.engine(),
        storage.store(),
        chunk,
        warehouse.settings(),
        progress=reporter("Transcribe recordings"),
    )
    context.log.info("transcribed: %s", outcome.figures())
    return outcome


@dg.op(out=dg.Out(dg.Nothing))
def transcripts_of_days(context: dg.OpExecutionContext, outcomes: list[Outcome]) -> None:
    """Add up the chunks."""
    total = Outcome()
    for outcome in outcomes:
        total = total.plus(outcome)
    context.add_output_metadata({"days": len(days_of(context)), "chunks": len(outcomes), **total.figures()})
    forget_handovers(context.run_id)


@dg.graph_asset(
    group_name="speech",
    description="What was said, by speaker and second; a day can be transcribed again.",
    kinds={"python", "whisper"},
    owners=OWNERS,
    ins={"recordings": dg.AssetIn("recordings", dagster_type=dg.Nothing)},
    partitions_def=days,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def transcripts(recordings: dg.Nothing) -> dg.Nothing:
    """Transcribe the usable recordings of the run's days that this model has not heard yet."""
    return transcripts_of_days(speech_chunks(recordings).map(chunk_transcripts).collect())


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
