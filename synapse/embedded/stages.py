"""Commands of our own run as child processes that tell their progress as JSON lines."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from synapse.environment import PROJECT_ROOT
from synapse.errors import SynapseError
from synapse.progress import VARIABLE, Progress


class StageFailedError(SynapseError):
    """A child command ended with an error."""


def _lines(process: "subprocess.Popen[str]") -> Iterator[Progress]:
    assert process.stdout is not None
    for line in process.stdout:
        try:
            yield Progress(**json.loads(line))
        except (ValueError, TypeError):
            continue  # something below us printed to stdout; the log file has it


def run_stage(
    module: str,
    arguments: list[str],
    variables: Mapping[str, str],
    log: "os.PathLike[str]",
    on_progress: Callable[[Progress], None],
) -> dict[str, Any]:
    """Run ``python -m module`` and follow its progress.

    Args:
        module: Dotted name of a module with a ``__main__``.
        arguments: Its arguments.
        variables: Added to the environment.
        log: File that receives its standard error.
        on_progress: Called for every line.

    Returns:
        The ``result`` of the last line that has one.

    Raises:
        StageFailedError: It ended with another status than 0.
    """
    result: dict[str, Any] = {}
    with open(log, "ab") as errors:  # noqa: PTH123 - a PathLike may not be a Path
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=PROJECT_ROOT,
            env={**os.environ, **variables, VARIABLE: "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            for progress in _lines(process):
                result = progress.result or result
                on_progress(progress)
            status = process.wait()
        except BaseException:
            process.terminate()
            process.wait(30)
            raise
    if status != 0:
        raise StageFailedError(
            result.get("error") or f"`{module}` ended with status {status}.",
            hint=result.get("hint") or f"Its log is {os.fspath(log)}.",
        )
    return result
