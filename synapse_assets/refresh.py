"""Run everything that is stale, in order, in this process: `python -m synapse_assets.refresh`."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa

from synapse.database.engine import engine
from synapse.environment import load_environment
from synapse.landing.load import pending_keys
from synapse.operations.staleness import days_to_transcribe, warehouse_is_stale
from synapse.progress import Progress, emit, reporter
from synapse.settings.store import current_settings
from synapse.speech.recordings import fresh_keys
from synapse.storage import open_store
from synapse_assets.definitions import defs
from synapse_assets.landing import ASSET_OF_SOURCE
from synapse_assets.partitions import range_tags, ranges


class RefreshFailedError(Exception):
    """A job failed; the message names its failed steps."""


def _run(instance: dg.DagsterInstance, job: str, **options: object) -> None:
    definition = defs.resolve_job_def(job)
    result = definition.execute_in_process(instance=instance, raise_on_error=False, **options)  # type: ignore[arg-type]
    if not result.success:
        reasons = []
        for event in result.get_step_failure_events():
            error = event.step_failure_data.error
            while error and error.cause:
                error = error.cause
            reasons.append(f"{event.step_key}: {error.message.strip() if error else 'failed'}")
        raise RefreshFailedError("; ".join(reasons) or f"job {job} failed")


def _load_files(instance: dg.DagsterInstance, database: sa.Engine) -> None:
    store = open_store(load_environment().objects_url)
    with database.connect() as connection:
        settings = current_settings(connection).settings
    waiting = [key for source, key in ASSET_OF_SOURCE.items() if pending_keys(database, store, source)]
    if waiting:
        _run(instance, "load_files", asset_selection=waiting)
    if any(True for _ in fresh_keys(database, store, settings)):
        reporter("Look at recordings")(0, 0, "")
        _run(instance, "catalogue_recordings")
        reporter("Look at recordings")(1, 1, "")


def _transcribe(instance: dg.DagsterInstance, database: sa.Engine) -> None:
    with database.connect() as connection:
        wanted = days_to_transcribe(connection)
    for first, last in ranges(wanted):
        _run(instance, "transcribe_days", tags=range_tags(first, last))


def _build(instance: dg.DagsterInstance, database: sa.Engine) -> None:
    with database.connect() as connection:
        stale = warehouse_is_stale(connection, now=datetime.now(UTC))
    if stale:
        _run(instance, "refresh_warehouse")


STEPS: list[Callable[[dg.DagsterInstance, sa.Engine], None]] = [_load_files, _transcribe, _build]


def main() -> int:
    """Run the steps; 0 when all went well, 1 with the reason in the last progress line otherwise."""
    with dg.DagsterInstance.get() as instance:
        try:
            for step in STEPS:
                step(instance, engine())
        except RefreshFailedError as error:
            emit(
                Progress(
                    "",
                    result={
                        "error": str(error),
                        "hint": "The run's page in the Dagster UI has the whole story.",
                    },
                )
            )
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
