"""``synapse key``: API keys of machines, made and revoked where no page is at hand."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from synapse.cli_warehouse import author, warehouse
from synapse.security.key_register import drop_key, list_keys, register_key

app = typer.Typer(no_args_is_help=True, help="API keys of machines (PBX, storage, workers).")
out = Console()

Name = Annotated[str, typer.Argument(help="Who uses it, for example pbx.")]


@app.command()
def add(
    name: Name,
    scope: Annotated[list[str], typer.Option(help="ingest, notify, settings or metrics; may be repeated.")],
    expires: Annotated[datetime | None, typer.Option(help="Last moment, UTC; never unless given.")] = None,
) -> None:
    """Make a key; it is shown once."""
    expires_at = expires.replace(tzinfo=UTC) if expires else None
    with warehouse() as engine, engine.begin() as connection:
        key = register_key(connection, name=name, scopes=scope, author=author(), expires_at=expires_at)
    out.print(key, soft_wrap=True, highlight=False)


@app.command("list")
def list_() -> None:
    """Show all keys without the keys themselves."""
    table = Table("name", "scopes", "made", "expires", "last used", box=None)
    with warehouse() as engine, engine.connect() as connection:
        for key in list_keys(connection):
            moments = (key.created_at, key.expires_at, key.last_used_at)
            shown = [f"{moment:%Y-%m-%d %H:%M}" if moment else "–" for moment in moments]
            table.add_row(key.name, " ".join(key.scopes), *shown)
    out.print(table)


@app.command()
def revoke(name: Name) -> None:
    """Take a key away; within ten seconds every process refuses it."""
    with warehouse() as engine, engine.begin() as connection:
        drop_key(connection, name, author=author())
