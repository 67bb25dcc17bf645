"""A fresh clone in an empty folder with an empty HOME: install, fill, and start a second time."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from synapse.embedded.postgres import free_port
from synapse.environment import PROJECT_ROOT

TITLE = "Fresh machine → marts of the simulated company (install included); second start to all pages"
GOAL = "≤ 6 min on 2 cores; ≤ 20 s"


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TERM") if name in os.environ}
    indexes = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_"))}
    ports = {"SYNAPSE_API_PORT": str(free_port()), "SYNAPSE_DAGSTER_PORT": str(free_port())}
    return {
        **kept,
        **indexes,
        **ports,
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "home/cache"),
    }


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def run() -> str:
    """Clone, run `make run` twice, and return both times.

    Raises:
        subprocess.CalledProcessError: The clone or the first run failed.
        TimeoutError: The pages did not answer within two minutes.
    """
    with tempfile.TemporaryDirectory(prefix="fresh-") as name:
        folder = Path(name)
        (folder / "home").mkdir()
        clone = folder / "synapse"
        subprocess.run(["git", "clone", "--quiet", PROJECT_ROOT, clone], check=True)
        environment = _environment(folder)
        began = time.monotonic()
        subprocess.run(["make", "run", "ARGS=--no-serve"], cwd=clone, env=environment, check=True)
        first = time.monotonic() - began
        urls = [
            f"http://127.0.0.1:{environment['SYNAPSE_API_PORT']}/",
            f"http://127.0.0.1:{environment['SYNAPSE_API_PORT']}/reports",
            f"http://127.0.0.1:{environment['SYNAPSE_DAGSTER_PORT']}/server_info",
        ]
        began = time.monotonic()
        served = subprocess.Popen(["make", "run"], cwd=clone, env=environment, start_new_session=True)
        try:
            while not all(_answers(url) for url in urls):
                if time.monotonic() - began > 120 or served.poll() is not None:
                    raise TimeoutError("the second start did not serve its pages")
                time.sleep(0.1)
            second = time.monotonic() - began
        finally:
            os.killpg(served.pid, signal.SIGINT)
            served.wait(60)
    return f"{first / 60:.1f} min; {second:.0f} s"
