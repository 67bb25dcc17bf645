"""Whether a piece of work is queued or running already, so that a tick can be repeated without harm."""

import dagster as dg

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def is_busy(instance: dg.DagsterInstance, work: str) -> bool:
    """Whether an unfinished run carries the tag ``synapse/work`` with this value."""
    wanted = dg.RunsFilter(statuses=_UNFINISHED, tags={"synapse/work": work})
    return bool(instance.get_run_records(wanted, limit=1))
