"""Mark runs as failed whose process is gone: `python -m synapse_assets.sweep` (called by the supervisor)."""

import dagster as dg

UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def sweep(instance: dg.DagsterInstance) -> int:
    """Fail every run that is in progress according to the storage; call it when no run can be.

    Returns:
        How many there were.
    """
    runs = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
    for run in runs:
        instance.report_run_failed(run, "Synapse was stopped while this run was in progress. Run it again.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return len(runs)


if __name__ == "__main__":
    with dg.DagsterInstance.get() as current:
        sweep(current)
