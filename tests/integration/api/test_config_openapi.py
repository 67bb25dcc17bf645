"""Whatever the OpenAPI description allows, the settings API answers it without breaking."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings

from api.app import create_app
from synapse.embedded.postgres import free_port
from synapse.environment import load_environment
from synapse.security.master_key import ensure_key_file

EXAMPLES = 12


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    """A real server of this machine's administrator."""
    ensure_key_file(home / "master.key")
    port = free_port()
    config = uvicorn.Config(
        create_app(load_environment()), host="127.0.0.1", port=port, log_level="error", proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def _operations(address: str) -> list[Any]:
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    found = [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in found if operation.path.startswith("/config")]


def test_no_request_that_the_description_allows_breaks_the_settings_api(address: str) -> None:
    broken: list[str] = []
    operations = _operations(address)
    assert len(operations) > 25

    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: Any) -> None:
            answer = case.call(base_url=address, timeout=60)
            where = f"{case.method} {case.formatted_path} {str(case.body)[:200]}"
            if answer.status_code >= 500 and answer.status_code != 503:
                broken.append(f"{where}: {answer.status_code}")
            if 400 <= answer.status_code < 500:
                kind = answer.headers.get("content-type", [""])
                if "application/problem+json" not in str(kind):
                    broken.append(f"{where}: {answer.status_code} as {kind}")

        holds()
    assert broken == []


def test_every_operation_is_described_with_its_errors(address: str) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json").raw_schema
    for path, methods in schema["paths"].items():
        if not path.startswith("/config"):
            continue
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert {"401", "403"} <= set(operation["responses"]), (method, path)
            described = operation["responses"]["403"]["content"]
            assert "application/problem+json" in described, (method, path)
