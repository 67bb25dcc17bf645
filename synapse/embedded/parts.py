"""The commands of the long-running parts, for the supervisor of one machine and for containers."""

import sys
from dataclasses import dataclass
from typing import Literal

from synapse.environment import PROJECT_ROOT

PartName = Literal["migrate", "api", "code", "dagster", "daemon", "daemon-check"]
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
    """

    api_host: str
    api_port: int
    dagster_host: str
    dagster_port: int
    code_port: int
    workspace: str


def commands(at: Addresses) -> dict[str, list[str]]:
    """Return the command of every part by its name."""
    python = [sys.executable, "-m"]
    api = [*python, "uvicorn", "api.app:serve", "--factory", "--no-proxy-headers", "--no-server-header"]
    code = [*python, "dagster", "api", "grpc", "-m", "synapse_assets.definitions", "-d", str(PROJECT_ROOT)]
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
    }


def workspace_text(code_host: str, code_port: int) -> str:
    """The workspace file for a code server at an address."""
    return (
        "load_from:\n  - grpc_server:\n"
        f"      host: {code_host}\n      port: {code_port}\n      location_name: {CODE_LOCATION}\n"
    )
