"""`synapse doctor`: everything Synapse needs, looked at one by one."""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psycopg
import sqlalchemy as sa

from synapse.database.engine import engine_for
from synapse.database.migrate import current_revision, newest_revision
from synapse.embedded.binaries import available_binaries
from synapse.embedded.instance import Instance
from synapse.embedded.supervisor import port_is_free
from synapse.errors import SynapseError
from synapse.operations.backups.ledger import OLD_AFTER, last_error, last_good
from synapse.security.master_key import given_keyring
from synapse.settings.secrets import verify_keys
from synapse.settings.store import current_settings

Status = Literal["fine", "warning", "broken"]
_GIGABYTE = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        subject: What was looked at.
        status: ``fine``, ``warning`` (works, but mind it) or ``broken``.
        message: What was seen.
        hint: What to do; empty when fine.
    """

    subject: str
    status: Status
    message: str
    hint: str = ""


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding(
        "Python",
        "fine" if supported else "broken",
        version,
        "" if supported else "Use Python 3.11, 3.12 or 3.13: PYTHON=python3.12 make run.",
    )


def _machine(home: Path) -> Iterator[Finding]:
    folder = next(path for path in [home, *home.parents] if path.exists())
    free = shutil.disk_usage(folder).free
    status: Status = "fine" if free > 5 * _GIGABYTE else "warning" if free > _GIGABYTE else "broken"
    hint = (
        "" if status == "fine" else f"Make room on the disk of {folder}; audio needs about 1 GB per 18 hours."
    )
    yield Finding("Disk", status, f"{free / _GIGABYTE:.1f} GB free for {home}", hint)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    enough = memory > 3.5 * _GIGABYTE
    yield Finding(
        "Memory",
        "fine" if enough else "warning",
        f"{memory / _GIGABYTE:.1f} GB",
        "" if enough else "4 GB are the least for all parts on one machine.",
    )


def _ports(instance: Instance) -> Iterator[Finding]:
    serving = instance.serving()
    environment = instance.environment
    for subject, variable, port in (
        ("Port of the pages", "SYNAPSE_API_PORT", environment.api_port),
        ("Port of Dagster", "SYNAPSE_DAGSTER_PORT", environment.dagster_port),
    ):
        if serving is not None:
            yield Finding(subject, "fine", f"{port}, served by Synapse (process {serving.pid})")
        elif port_is_free(port):
            yield Finding(subject, "fine", f"{port} is free")
        else:
            yield Finding(subject, "broken", f"{port} is taken", f"Choose another with {variable}.")


def _database(instance: Instance) -> Iterator[Finding]:
    if not instance.environment.database_url.get_secret_value():
        found = available_binaries()
        if not found:
            yield Finding("PostgreSQL", "broken", "not found", "Run `make run`, which installs one.")
            return
        yield Finding("PostgreSQL", "fine", f"{found[0].major} in {found[0].folder}")
    with instance.database():
        url = instance.variables()["SYNAPSE_DATABASE_URL"]
        engine = engine_for("postgresql+psycopg://" + url.partition("://")[2])
        revision, newest = current_revision(engine), newest_revision()
        if revision == newest:
            yield Finding("Database", "fine", f"reachable, schema {revision}")
        else:
            yield Finding(
                "Database",
                "warning",
                f"schema {revision or 'not made yet'}, newest {newest}",
                "`synapse up` or `synapse refresh` brings it up to date.",
            )
        if revision is None:
            return
        with engine.connect() as connection:
            current = current_settings(connection)
        yield Finding("Settings", "fine", f"version {current.version}")
        yield _secrets(instance, engine)
        yield _backups(engine, current.settings.retention.backup_place)
        yield from _speech_model(current.settings.asr.model)


def _secrets(instance: Instance, engine: sa.Engine) -> Finding:
    try:
        keyring = given_keyring(instance.environment)
        with engine.connect() as connection:
            verify_keys(connection, keyring)
    except SynapseError as error:
        return Finding("Secrets", "broken", error.message, error.hint)
    if keyring is None:
        hint = "Set SYNAPSE_MASTER_KEY or SYNAPSE_MASTER_KEY_FILE before the first secret."
        return Finding("Secrets", "warning", "no master key", hint)
    return Finding("Secrets", "fine", f"the master key {keyring.primary.id} opens all of them")


def _backups(engine: sa.Engine, place: str) -> Finding:
    if not place:
        hint = "Set a place in Settings → Retention, or run `synapse backup --to …` yourself."
        return Finding("Backups", "warning", "no place for copies is set", hint)
    with engine.connect() as connection:
        good, error = last_good(connection), last_error(connection)
    if good is None:
        hint = "`synapse backup` makes one and says what is wrong."
        return Finding("Backups", "warning", f"no good copy yet{f': {error}' if error else ''}", hint)
    age = datetime.now(UTC) - good.made_at
    message = f"the last good copy {good.copy_id} is {age.total_seconds() / 3600:.0f} hours old"
    if good.check_error:
        return Finding(
            "Backups", "broken", f"a copy could not be restored: {good.check_error}", "See docs/backups.md."
        )
    if age > OLD_AFTER:
        return Finding("Backups", "warning", message, "`synapse backup` makes one and says what is wrong.")
    return Finding("Backups", "fine", message)


def _speech_model(name: str) -> Iterator[Finding]:
    from synapse.speech.transcriber import describe_model

    try:
        yield Finding("Speech model", "fine", describe_model(name))
    except SynapseError as error:
        yield Finding("Speech model", "broken", error.message, error.hint)


def _storage(instance: Instance) -> Iterator[Finding]:
    from synapse.storage import open_store

    key = ".probe/doctor"
    store = open_store(instance.environment.objects_url)
    store.put(key, io.BytesIO(b"synapse"))
    with store.open(key) as stream:
        same = stream.read() == b"synapse"
    store.delete(key)
    kind = instance.environment.objects_url.partition("://")[0]
    yield Finding("Storage", "fine" if same else "broken", f"{kind}: wrote, read and deleted a probe")


def examine(instance: Instance) -> list[Finding]:
    """Look at everything; a look that fails becomes a finding, never an exception."""
    looks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("Python", _python),
        ("Machine", lambda: _machine(instance.home)),
        ("Ports", lambda: _ports(instance)),
        ("Storage", lambda: _storage(instance)),
        ("Database", lambda: _database(instance)),
    ]
    findings: list[Finding] = []
    for subject, look in looks:
        try:
            findings.extend(look())
        except SynapseError as error:
            findings.append(Finding(subject, "broken", error.message, error.hint))
        except (OSError, psycopg.Error) as error:
            findings.append(Finding(subject, "broken", f"{type(error).__name__}: {error}"))
    return findings
