"""Log lines of every part: one JSON object a line, with the ids that tie a click to its run.

A request's id comes from the proxy or is made by the API. It stands in the API's lines, in the audit, in
``app.work_requests``, in the tags of the run that carries the work out, and in that run's lines.
"""

import sys
from typing import Literal

import orjson
import structlog

REQUEST_TAG = "synapse/request_id"


def configure(stream: Literal["stdout", "stderr"] = "stdout") -> None:
    """Set structlog up for this process.

    Args:
        stream: Where lines go; a run keeps standard output for its progress.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without local variables: they hold what visitors and callers said.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        # Looked up at every line, because Dagster swaps the streams of a run while a step works.
        logger_factory=lambda *_: structlog.BytesLogger(getattr(sys, stream).buffer),
        cache_logger_on_first_use=False,
    )


def current_request_id() -> str:
    """The id of the request that this code works for; empty outside one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
