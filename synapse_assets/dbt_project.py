"""The dbt project as this process sees it: where it is, its connection, its manifest."""

import fcntl
import hashlib
import os
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dagster_dbt import DbtProject

from synapse.environment import PROJECT_ROOT, load_environment

PROJECT_FOLDER = PROJECT_ROOT / "dbt_project"


def connection_variables(url: str) -> dict[str, str]:
    """Return the variables that ``profiles.yml`` reads, from a ``postgresql://`` URL."""
    parts = urlsplit(url)
    return {
        "SYNAPSE_PG_HOST": parts.hostname or "127.0.0.1",
        "SYNAPSE_PG_PORT": str(parts.port or 5432),
        "SYNAPSE_PG_USER": unquote(parts.username or ""),
        "SYNAPSE_PG_PASSWORD": unquote(parts.password or ""),
        "SYNAPSE_PG_DB": parts.path.lstrip("/"),
    }


def set_connection() -> None:
    """Give dbt, which runs in this process, the connection of the warehouse."""
    os.environ.update(connection_variables(load_environment().warehouse_url))
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(PROJECT_FOLDER.rglob("*")):
        inside = path.relative_to(PROJECT_FOLDER)
        if inside.parts[0] in {"target", "logs"} or path.suffix not in {".sql", ".yml", ".csv", ".md"}:
            continue
        digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def project() -> DbtProject:
    """Return the project with a manifest that is as new as its files.

    Parsing takes seconds, so that it happens only when a file of the project has changed. The parse
    state stays in the data folder, where a read-only installation can write too.
    """
    target = load_environment().home_path / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "parse.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # processes that start together would write into one manifest
        _parse(target)
    return DbtProject(project_dir=PROJECT_FOLDER, target_path=Path(os.path.relpath(target, PROJECT_FOLDER)))


def _parse(target: Path) -> None:
    """Write the manifest unless it is as new as the files."""
    from dbt.cli.main import dbtRunner

    stamp, wanted = target / "manifest.sha256", _fingerprint()
    if (target / "manifest.json").exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    for name, value in connection_variables("postgresql://u:p@127.0.0.1/synapse").items():
        os.environ.setdefault(name, value)
    stamp.unlink(missing_ok=True)
    result = dbtRunner().invoke(["--quiet", "parse", *folders(target)])
    if not result.success:
        raise RuntimeError("dbt could not parse the project") from result.exception
    stamp.write_text(wanted)


def folders(target: Path) -> list[str]:
    """Return the options that tell dbt where everything is."""
    project_folder = str(PROJECT_FOLDER)
    return [
        *("--project-dir", project_folder, "--profiles-dir", project_folder),
        *("--target-path", str(target), "--log-path", str(target)),
    ]
