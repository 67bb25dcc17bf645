"""Progress of long work as JSON lines, for whoever started the process.

A line is ``{"stage": …, "done": n, "total": n, "message": …}``; the last may carry ``"result"``.
Nothing is written unless ``SYNAPSE_PROGRESS`` is set, so that the same code runs silently under Dagster.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

VARIABLE = "SYNAPSE_PROGRESS"
Report = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Progress:
    """One step forward.

    Attributes:
        stage: What is being done, in words for a person.
        done: Units finished.
        total: Units in all; 0 when unknown.
        message: A remark beside the bar.
        result: Figures for the caller, on the last line only.
    """

    stage: str
    done: int = 0
    total: int = 0
    message: str = ""
    result: dict[str, Any] = field(default_factory=dict)


def emit(progress: Progress) -> None:
    """Write one line if the starter of this process listens."""
    if not os.environ.get(VARIABLE):
        return
    fields = {name: value for name, value in vars(progress).items() if value}
    sys.stdout.write(json.dumps(fields, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def reporter(stage: str) -> Report:
    """Return ``report(done, total, message)`` for one stage."""

    def report(done: int, total: int, message: str = "") -> None:
        emit(Progress(stage, done, total, message))

    return report
