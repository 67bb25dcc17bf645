"""``pg_dump`` and ``pg_restore`` as streams."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from psycopg.conninfo import conninfo_to_dict

from synapse.embedded.binaries import available_binaries
from synapse.errors import ConfigurationError
from synapse.operations.backups.errors import BackupError

COPY_BYTES = 1 << 20


def program(name: str, server_major: int) -> str:
    """Path of ``pg_dump`` or ``pg_restore`` for a server: of its own version, else of the next newer.

    Raises:
        ConfigurationError: This machine has none that is new enough.
    """
    found = [
        binaries
        for binaries in available_binaries()
        if binaries.major >= server_major and (binaries.folder / name).exists()
    ]
    if not found:
        raise ConfigurationError(
            f"{name} of PostgreSQL {server_major} or newer is not on this machine.",
            hint=f"Install postgresql-client-{server_major}, or point SYNAPSE_PG_BIN at its bin folder.",
        )
    return min(found, key=lambda binaries: binaries.major).path(name)


@contextmanager
def dumping(url: str, server_major: int, snapshot: str | None) -> Iterator[BinaryIO]:
    """Dump a database in the custom format; what is rebuilt by every refresh travels without its rows.

    Args:
        url: ``postgresql://…``.
        server_major: Of the server.
        snapshot: Exported by an open transaction; the dump sees what it sees.

    Raises:
        BackupError: On leaving the block: ``pg_dump`` failed.
    """
    command = [program("pg_dump", server_major), "--format=custom", "--no-unlogged-table-data", "--no-owner"]
    if snapshot:
        command.append(f"--snapshot={snapshot}")
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command, env=_connection(url), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        )
        try:
            yield cast("BinaryIO", process.stdout)
            _require_success(process, complaints, "pg_dump")
        finally:
            process.kill()
            process.wait()


def restore_dump(url: str, server_major: int, dump: BinaryIO) -> None:
    """Write a dump into an empty database, wholly or not at all.

    Raises:
        BackupError: ``pg_restore`` failed.
    """
    command = [
        program("pg_restore", server_major),
        *("--no-owner", "--exit-on-error", "--single-transaction"),
        f"--dbname={conninfo_to_dict(url)['dbname']}",
    ]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command, env=_connection(url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints
        )
        try:
            _feed(process, dump)
            _require_success(process, complaints, "pg_restore")
        finally:
            process.kill()
            process.wait()


def _feed(process: "subprocess.Popen[bytes]", dump: BinaryIO) -> None:
    pipe = cast("BinaryIO", process.stdin)
    try:
        with pipe:
            while chunk := dump.read(COPY_BYTES):
                pipe.write(chunk)
    except BrokenPipeError:
        return  # it has ended already and says why


def _require_success(process: "subprocess.Popen[bytes]", complaints: BinaryIO, name: str) -> None:
    if process.wait() == 0:
        return
    complaints.seek(0)
    said = complaints.read().decode(errors="replace").strip()
    raise BackupError(
        f"{name} failed: {said[-500:]}", hint="Nothing of it counts as a copy; mend it and repeat."
    )


def _connection(url: str) -> dict[str, str]:
    """The environment by which libpq connects; a password in the command line would be seen by everybody."""
    parts = conninfo_to_dict(url)
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    given = {names[key]: str(value) for key, value in parts.items() if key in names and value is not None}
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | given
