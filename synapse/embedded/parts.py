"""The commands of the long-running parts, for the supervisor of one machine and for containers."""

import socket
import sys
from dataclasses import dataclass
from typing import Literal

from synapse.environment import PROJECT_ROOT

PartName = Literal[
    "migrate", "api", "code", "dagster", "daemon", "daemon-check", "celery-worker", "celery-check"
]
CODE_LOCATION = "synapse"


@dataclass(frozen=True)
class Addresses:
    """Where parts listen and find each other.

    Attributes:
        api_host: Address on which the pages listen.
        api_port: Their port.
        dagster_host: Address on which the Dagster UI and the code server listen.
        dagster_port: Port of the Dagster UI.
        code_port: Port of the code server.
        workspace: File that tells the UI and the daemon where the code server is.
        worker: Name of this machine's Celery worker.
        queues: What it serves, with commas.
    """

    api_host: str
    api_port: int
    dagster_host: str
    dagster_port: int
    code_port: int
    workspace: str
    worker: str = "worker"
    queues: str = "speech,dagster"


def commands(at: Addresses) -> dict[str, list[str]]:
    """Return the command of every part by its name."""
    python = [sys.executable, "-m"]
    api = [*python, "uvicorn", "api.app:serve", "--factory", "--no-proxy-headers", "--no-server-header"]
    code = [*python, "dagster", "api", "grpc", "-m", "synapse_assets.definitions", "-d", str(PROJECT_ROOT)]
    celery = [*python, "celery", "-A", "synapse_assets.celery_app"]
    worker = f"{at.worker}@{socket.gethostname()}"
    return {
        "api": [*api, "--host", at.api_host, "--port", str(at.api_port), "--no-access-log"],
        "code": [
            *code,
            *("-h", at.dagster_host, "-p", str(at.code_port), "--location-name", CODE_LOCATION),
        ],
        "dagster": [
            *(*python, "dagster_webserver", "-h", at.dagster_host, "-p", str(at.dagster_port)),
            *("-w", at.workspace),
        ],
        "daemon": [*python, "dagster._daemon", "run", "-w", at.workspace],
        "daemon-check": [*python, "dagster._daemon", "liveness-check"],
        "celery-worker": [
            *(*celery, "worker", "--hostname", worker, "--queues", at.queues),
            *("--concurrency", "1", "--prefetch-multiplier", "1", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),
        ],
        "celery-check": [*celery, "inspect", "ping", "--destination", worker, "--timeout", "10"],
    }


def workspace_text(code_host: str, code_port: int) -> str:
    """The workspace file for a code server at an address."""
    return (
        "load_from:\n  - grpc_server:\n"
        f"      host: {code_host}\n      port: {code_port}\n      location_name: {CODE_LOCATION}\n"
    )
