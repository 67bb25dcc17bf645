"""`synapse doctor --compose`: is everything ready for `docker compose up`?"""

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path

import yaml

from synapse.operations.doctor import Finding

GIGABYTE = 1_000_000_000
# What the limits of the services come to: core and proxy, and with everything on.
LEAST_MEMORY = 15 * GIGABYTE
ALL_MEMORY = 31 * GIGABYTE
LEAST_DISK = 40 * GIGABYTE
_INIT = "Run deploy/init.sh: it makes what is missing and changes nothing else."


def read_variables(path: Path) -> dict[str, str]:
    """Variables of a ``.env`` file, as Compose reads plain ones."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def examine_compose(folder: Path, *, memory: int, free_disk: int) -> list[Finding]:
    """Look at a checkout before its first start.

    Args:
        folder: Holds ``docker-compose.yml``.
        memory: Bytes of memory of this machine.
        free_disk: Bytes free where containers keep their volumes.
    """
    compose = folder / "docker-compose.yml"
    if not compose.exists():
        return [
            Finding("Compose file", "broken", f"{compose} is absent", "Run this in the checkout of Synapse.")
        ]
    services = yaml.safe_load(compose.read_text(encoding="utf-8"))
    findings = [*_programs(), *_machine(memory, free_disk)]
    environment = folder / ".env"
    if not environment.exists():
        return [*findings, Finding("Variables", "broken", ".env is absent", _INIT)]
    variables = read_variables(environment)
    findings += _variables(variables, read_variables(folder / ".env.example"))
    findings += _addresses(variables)
    findings += _secrets(folder, services["secrets"])
    findings += _people(folder / "deploy" / "authelia" / "users.yml")
    return findings


def this_machine() -> tuple[int, int]:
    """Memory and free disk of this machine in bytes."""
    folder = Path("/var/lib/docker")
    disk = shutil.disk_usage(folder if folder.exists() else "/")
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), disk.free


def _programs() -> Iterator[Finding]:
    for program, hint in (
        ("docker", "Install Docker Engine with the Compose plug-in, 2.20 or newer."),
        ("openssl", "Install openssl: deploy/init.sh makes secrets by it."),
    ):
        found = shutil.which(program)
        yield Finding(program, "fine" if found else "broken", found or "not found", "" if found else hint)


def _machine(memory: int, free_disk: int) -> Iterator[Finding]:
    enough = memory >= LEAST_MEMORY
    hint = "" if enough else "16 GB are the least; leave out the profiles llm, bi and monitoring."
    note = "" if memory >= ALL_MEMORY else "; all profiles at once need 32 GB"
    yield Finding("Memory", "fine" if enough else "warning", f"{memory / GIGABYTE:.0f} GB{note}", hint)
    enough = free_disk >= LEAST_DISK
    hint = "" if enough else "Images and models alone take 20 GB; audio about 1 GB per 18 hours."
    yield Finding("Disk", "fine" if enough else "warning", f"{free_disk / GIGABYTE:.0f} GB free", hint)


def _variables(given: Mapping[str, str], example: Mapping[str, str]) -> Iterator[Finding]:
    missing = sorted(name for name in example if not given.get(name))
    if missing:
        hint = "Copy the lines from .env.example."
        yield Finding("Variables", "broken", f"not set in .env: {', '.join(missing)}", hint)
    unknown = sorted(set(given) - set(example))
    if unknown:
        hint = "Compare them with .env.example: a misspelt variable changes nothing."
        yield Finding("Variables", "warning", f"unknown in .env: {', '.join(unknown)}", hint)
    domain = given.get("SYNAPSE_DOMAIN", "")
    if domain == "example.com" or "." not in domain or "/" in domain:
        hint = "Set SYNAPSE_DOMAIN in .env to a domain of yours, without https://."
        yield Finding("Domain", "broken", domain or "empty", hint)
    else:
        yield Finding("Domain", "fine", domain)
    if given.get("METABASE_ADMIN_EMAIL", "").endswith("@example.com"):
        hint = "Set METABASE_ADMIN_EMAIL in .env, if you use the profile bi."
        yield Finding("Metabase", "warning", "its administrator is admin@example.com", hint)
    rolling = sorted(
        name for name, image in given.items() if name.endswith("_IMAGE") and image.endswith((":latest", "/"))
    )
    if rolling:
        yield Finding("Images", "warning", f"without a version: {', '.join(rolling)}", "Name a version.")


def _addresses(given: Mapping[str, str]) -> Iterator[Finding]:
    try:
        inside = ip_address(given.get("PROXY_ADDRESS", "")) in ip_network(given.get("EDGE_SUBNET", ""))
    except ValueError as error:
        hint = "Set EDGE_SUBNET to a free private network and PROXY_ADDRESS to an address in it."
        yield Finding("Proxy's address", "broken", str(error), hint)
        return
    message = f"{given['PROXY_ADDRESS']} in {given['EDGE_SUBNET']}"
    hint = "" if inside else "PROXY_ADDRESS must lie in EDGE_SUBNET: only it may say who is signed in."
    yield Finding("Proxy's address", "fine" if inside else "broken", message, hint)


def _secrets(folder: Path, declared: Mapping[str, Mapping[str, str]]) -> Iterator[Finding]:
    files = {name: folder / secret["file"] for name, secret in declared.items()}
    missing = sorted(name for name, path in files.items() if not path.is_file() or not path.stat().st_size)
    if missing:
        yield Finding("Secrets", "broken", f"absent or empty: {', '.join(missing)}", _INIT)
        return
    place = next(iter(files.values())).parent
    if stat.S_IMODE(place.stat().st_mode) & 0o077:
        yield Finding("Secrets", "broken", f"{place} is open to other users", f"chmod 700 {place}")
    short = sorted(name for name, path in files.items() if len(path.read_bytes().strip()) < 16)
    if short:
        hint = "Delete the files and run deploy/init.sh: it makes long random ones."
        yield Finding("Secrets", "broken", f"too short to be safe: {', '.join(short)}", hint)
    elif not stat.S_IMODE(place.stat().st_mode) & 0o077:
        yield Finding("Secrets", "fine", f"{len(files)} files")


def _people(users: Path) -> Iterator[Finding]:
    if not users.exists():
        yield Finding("People", "broken", "deploy/authelia/users.yml is absent", _INIT)
        return
    people = (yaml.safe_load(users.read_text(encoding="utf-8")) or {}).get("users") or {}
    able = [
        name
        for name, person in people.items()
        if not person.get("disabled") and str(person.get("password", "")).startswith("$argon2id$")
    ]
    hint = "" if able else "docs/install-compose.md tells how to make a password's hash."
    message = f"{len(able)} can sign in" if able else "nobody has a password"
    yield Finding("People", "fine" if able else "broken", message, hint)
