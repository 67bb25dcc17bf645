"""Work that a page or an endpoint asked for (``app.work_requests``) → runs."""

from typing import Any

import dagster as dg

from synapse.logs import REQUEST_TAG
from synapse.operations.work import Request, finish_request, take_requests
from synapse_assets.jobs import landing_job, recordings_job, transcripts_job, warehouse_job
from synapse_assets.partitions import range_tags
from synapse_assets.resources import Warehouse

TAG = "synapse/work_request"
_JOBS = {
    "load": landing_job.name,
    "catalogue": recordings_job.name,
    "transcribe": transcripts_job.name,
    "refresh": warehouse_job.name,
}


def _run_request(request: Request) -> dg.RunRequest:
    tags = {TAG: str(request.id)} | ({REQUEST_TAG: request.request_id} if request.request_id else {})
    partition = request.day.isoformat() if request.day else None
    if request.day and request.last_day:
        tags |= range_tags(request.day, request.last_day)
        partition = None
    return dg.RunRequest(
        run_key=f"work-{request.id}",
        job_name=_JOBS[request.kind],
        partition_key=partition,
        run_config=_one_recording(request) if request.recording_id else {},
        tags=tags,
    )


def _one_recording(request: Request) -> dict[str, Any]:
    config = {"recording_ids": [request.recording_id], "way": request.way}
    return {"ops": {"transcripts": {"ops": {"speech_chunks": {"config": config}}}}}


@dg.sensor(
    jobs=[landing_job, recordings_job, transcripts_job, warehouse_job],
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Turns requests of pages and endpoints into runs.",
)
def work_requests(warehouse: Warehouse) -> dg.SensorResult | dg.SkipReason:
    """Take what is new; the run key makes a repeated tick harmless."""
    with warehouse.engine().begin() as connection:
        requests = take_requests(connection, kinds=sorted(_JOBS))
    if not requests:
        return dg.SkipReason("nobody asked for anything")
    return dg.SensorResult([_run_request(request) for request in requests])


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=15,
)
def work_done(context: dg.RunStatusSensorContext, warehouse: Warehouse) -> None:
    """Mark the request of a successful run as done."""
    _finish(context, warehouse, error=None)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.FAILURE,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=15,
)
def work_failed(context: dg.RunStatusSensorContext, warehouse: Warehouse) -> None:
    """Mark the request of a failed run as failed."""
    _finish(context, warehouse, error=context.dagster_event.message or "the run failed")


def _finish(context: dg.RunStatusSensorContext, warehouse: Warehouse, *, error: str | None) -> None:
    request = context.dagster_run.tags.get(TAG)
    if request is None:
        return
    with warehouse.engine().begin() as connection:
        finish_request(connection, int(request), run_id=context.dagster_run.run_id, error=error)


SENSORS = [work_requests, work_done, work_failed]
