"""Postgres refuses to run as root: find another user for it and let that user reach its files."""

import os
import pwd
import shutil
from pathlib import Path

from synapse.errors import ConfigurationError

CANDIDATES = ("postgres", "nobody")


def unprivileged_user() -> pwd.struct_passwd | None:
    """Return the user that Postgres should run as, or None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ConfigurationError(
        "PostgreSQL may not run as root and this machine has no user 'postgres' or 'nobody'.",
        hint="Create one (`useradd --system postgres`) or run Synapse as an ordinary user.",
    )


def _closed_to_others(path: Path) -> Path | None:
    for folder in [path, *path.parents]:
        if folder.exists() and not folder.stat().st_mode & 0o001:
            return folder
    return None


def command_prefix(user: pwd.struct_passwd | None, *paths: Path) -> list[str]:
    """Return the words to put before a command so that it runs as ``user``.

    Where a folder on the way to ``paths`` is closed to others (a checkout under ``/root``), the
    process keeps one capability, the right to pass closed folders, instead of our opening them.

    Args:
        user: From :func:`unprivileged_user`; None changes nothing.
        paths: Files and folders that the command must reach.

    Raises:
        ConfigurationError: ``setpriv`` (util-linux) is missing.
    """
    if user is None:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ConfigurationError(
            "Starting PostgreSQL as root needs the program `setpriv` (package util-linux).",
            hint="Install util-linux or run Synapse as an ordinary user.",
        )
    prefix = [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    if any(_closed_to_others(path) for path in paths):
        # Without the secure bit access(2), by which Postgres looks for its own program, ignores capabilities.
        prefix += ["--securebits=+no_setuid_fixup"]
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return prefix
