"""`synapse settings …`: read and change the settings from a script; also the way back in after a mistake."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from synapse.cli_warehouse import author, warehouse
from synapse.environment import load_environment
from synapse.errors import SynapseError
from synapse.security.master_key import load_keyring
from synapse.settings.changes import Change
from synapse.settings.documents import dump
from synapse.settings.profiles import export_profile, import_profile
from synapse.settings.secrets import encrypt_again, put_secret
from synapse.settings.store import changelog, current_settings, roll_back, save_settings
from synapse.settings.validation import check_document

app = typer.Typer(no_args_is_help=True, help="Read, change, carry and roll back the settings.")
out = Console()

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Comment = Annotated[str, typer.Option(help="Why; stands in the history.")]


class SettingsCommandError(SynapseError):
    """The command names something that is not there."""


def _print_json(value: object) -> None:
    out.print_json(orjson.dumps(value, default=str).decode())


def _print_changes(changes: list[Change]) -> None:
    table = Table("setting", "before", "after", box=None)
    for change in changes:
        table.add_row(change.path, _short(change.before), _short(change.after))
    out.print(table if changes else "Nothing changes.")


def _short(value: object) -> str:
    return orjson.dumps(value, default=str).decode()


@app.command("get")
def get(
    path: Annotated[str, typer.Argument(help="Section or field, such as asr or asr.beam_size.")] = "",
) -> None:
    """Print all settings, a section or one field as JSON."""
    with warehouse() as engine, engine.connect() as connection:
        _print_json(_at(dump(current_settings(connection).settings), path))


@app.command("set")
def set_(
    path: Annotated[str, typer.Argument(help="Field, such as asr.beam_size.")],
    value: Annotated[str, typer.Argument(help="JSON, or a plain word.")],
    comment: Comment = "",
) -> None:
    """Change one field."""
    with warehouse() as engine, engine.begin() as connection:
        document = dump(current_settings(connection).settings)
        section, _, _ = path.rpartition(".")
        inner = _at(document, section)
        if not section or not isinstance(inner, dict):
            raise SettingsCommandError(
                f"{path!r} names no field.", hint="Say section.field, for example asr.beam_size."
            )
        wanted = check_document(_with(document, path.split("."), _parsed(value)))
        version = save_settings(connection, wanted, author=author(), comment=comment)
    out.print(f"Version {version}: {path} = {_short(_at(dump(wanted), path))}", highlight=False)


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output unless given.")] = None,
    profile: Annotated[str, typer.Option(help="The active profile unless named.")] = "",
) -> None:
    """Write a profile as JSON; it holds no secret."""
    with warehouse() as engine, engine.connect() as connection:
        name = profile or current_settings(connection).profile
        content = orjson.dumps(export_profile(connection, name), option=orjson.OPT_INDENT_2).decode()
    if file is None:
        typer.echo(content)
    else:
        file.write_text(content + "\n")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    profile: Annotated[str, typer.Option(help="Import under this name.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Take a profile from an exported file; into the active profile it holds at once."""
    try:
        exported = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise SettingsCommandError(
            f"{file} is not JSON.", hint="Use a file that export has written."
        ) from error
    if not isinstance(exported, dict):
        raise SettingsCommandError(f"{file} is no export of settings.")
    with warehouse() as engine, engine.connect() as connection, connection.begin() as transaction:
        plan = import_profile(connection, exported, author=author(), name=profile or None)
        if dry_run:
            transaction.rollback()
    if as_json:
        _print_json({**asdict(plan), "is_dry_run": dry_run})
        return
    out.print(f"{'Would import' if dry_run else 'Imported'} into the profile {plan.profile}:")
    _print_changes(plan.changes)


@app.command("history")
def history(limit: Annotated[int, typer.Option(min=1, max=1000)] = 20, as_json: Json = False) -> None:
    """List versions, newest first, with what each changed."""
    with warehouse() as engine, engine.connect() as connection:
        found = changelog(connection, limit=limit)
    if as_json:
        _print_json([asdict(entry) for entry in found])
        return
    table = Table("version", "when", "who", "profile", "comment", "changes", box=None)
    for entry in found:
        changes = "\n".join(f"{c.path}: {_short(c.before)} → {_short(c.after)}" for c in entry.changes[:8])
        when = f"{entry.created_at:%Y-%m-%d %H:%M}"
        table.add_row(str(entry.version), when, entry.author, entry.profile, entry.comment, changes)
    out.print(table)


@app.command("rollback")
def rollback(version: Annotated[int, typer.Argument(min=1)], comment: Comment = "") -> None:
    """Make the content of an earlier version the newest one."""
    with warehouse() as engine, engine.begin() as connection:
        made = roll_back(connection, version, author=author(), comment=comment)
    out.print(f"Version {made} has the content of version {version}.", highlight=False)


@app.command("secret")
def secret(
    name: Annotated[str, typer.Argument(help="Such as telegram.bot_token.")],
    value: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for unless given.")],
) -> None:
    """Set a secret."""
    environment = load_environment()
    with warehouse() as engine, engine.begin() as connection:
        reveal_for = timedelta(minutes=current_settings(connection).settings.privacy.secret_reveal_minutes)
        kept = put_secret(
            connection,
            load_keyring(environment),
            name,
            value,
            author=author(),
            now=datetime.now(UTC),
            reveal_for=reveal_for,
        )
    out.print(f"{name} is set (fingerprint {kept.fingerprint}).", highlight=False)


@app.command("encrypt-again")
def reencrypt() -> None:
    """Encrypt all secrets with the first master key; older keys may be taken away afterwards."""
    with warehouse() as engine, engine.begin() as connection:
        count = encrypt_again(connection, load_keyring(load_environment()), author=author())
    out.print(f"{count} secrets were encrypted again.", highlight=False)


def _at(document: Any, path: str) -> Any:
    found = document
    for part in path.split(".") if path else []:
        if not isinstance(found, dict) or part not in found:
            raise SettingsCommandError(
                f"There is no setting {path!r}.", hint="`synapse settings get` prints all of them."
            )
        found = found[part]
    return found


def _with(document: dict[str, Any], path: list[str], value: object) -> dict[str, Any]:
    first, *rest = path
    inner = document.get(first)
    if not rest:
        return {**document, first: value}
    return {**document, first: _with(inner if isinstance(inner, dict) else {}, rest, value)}


def _parsed(value: str) -> object:
    try:
        parsed: object = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return parsed
