"""Run dbt inside the process of a Dagster step.

The stock resource starts two dbt processes for every invocation, which cost more than our whole build.
This runs ``dbtRunner`` in a thread and turns its structured events into the same materialisations and
check results, through the functions the stock resource uses (private ones: the version is pinned).
"""

import queue
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from synapse.progress import Report
from synapse_assets.dbt_project import folders, project, set_connection


def _result_events(arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Invoke dbt and yield its events as they happen.

    Raises:
        dg.Failure: A model or a blocking test failed; the first reasons are quoted.
    """
    from dbt.cli.main import dbtRunner
    from google.protobuf.json_format import MessageToDict

    events: queue.Queue[dict[str, Any] | None] = queue.Queue()
    outcome: list[Any] = []

    def invoke() -> None:
        runner = dbtRunner(
            callbacks=[lambda event: events.put(MessageToDict(event, preserving_proto_field_name=True))]
        )
        try:
            outcome.append(runner.invoke(arguments))
        finally:
            events.put(None)

    thread = threading.Thread(target=invoke, name="dbt")
    thread.start()
    while (event := events.get()) is not None:
        if event["info"]["name"].startswith("Log"):
            yield event
    thread.join()
    result = outcome[0]
    if result.exception:
        raise result.exception
    if not result.success:
        failed = [one for one in result.result if one.status in ("error", "fail", "runtime error")]
        reasons = "; ".join(f"{one.node.name}: {one.message}" for one in failed[:5])
        raise dg.Failure(description=f"dbt: {len(failed)} failed: {reasons}"[:2000])


def build(
    context: dg.AssetExecutionContext, translator: DagsterDbtTranslator, report: Report
) -> Iterator[Any]:
    """Run ``dbt build`` for the selected assets of ``context`` and yield Dagster's events.

    Args:
        context: Of a ``@dbt_assets`` function.
        translator: The one its definition used.
        report: Progress in nodes.
    """
    set_connection()
    dbt = project()
    parameters = get_updated_cli_invocation_params_for_context(
        context=context, manifest=dbt.manifest_path, dagster_dbt_translator=translator
    )
    home = dbt.manifest_path.parent
    target = home / "runs" / context.run_id[:8]
    target.mkdir(parents=True, exist_ok=True)
    try:
        if (home / "partial_parse.msgpack").exists():
            shutil.copy(home / "partial_parse.msgpack", target)
        # Unit tests prove the models, not the data: they belong to the test run.
        arguments = ["--quiet", "build", "--exclude-resource-type", "unit_test"]
        arguments += [*parameters.selection_args, *folders(target)]
        if parameters.indirect_selection:
            arguments += ["--indirect-selection", parameters.indirect_selection]
        done = 0
        for event in _result_events(arguments):
            message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
            if not message.is_result_event:
                continue
            done += 1
            report(done, 0, "models and tests")
            yield from message.to_default_asset_events(
                manifest=parameters.manifest,
                dagster_dbt_translator=translator,
                context=context,
                target_path=target,
                project=dbt,
            )
    finally:
        shutil.rmtree(target, ignore_errors=True)
