"""``python -m metabase.provision plan|apply``: bring a Metabase to what the files define."""

import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import httpx
import typer
from rich.console import Console
from rich.table import Table

from metabase.client import Metabase, MetabaseError
from metabase.definitions import load_dashboards
from metabase.plan import Step
from metabase.site import DatabaseAccess, Site
from synapse.environment import load_environment, secrets_folder
from synapse.errors import SynapseError

app = typer.Typer(no_args_is_help=True, help="Questions and dashboards of Metabase from files.")
out = Console()

Url = Annotated[str, typer.Option(envvar="METABASE_URL", help="Metabase's address, http://metabase:3000.")]
Email = Annotated[
    str, typer.Option(envvar="METABASE_ADMIN_EMAIL", help="Administrator; made at the first start.")
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(envvar="METABASE_ADMIN_PASSWORD_FILE", help="File with the administrator's password."),
]
KeyFile = Annotated[
    Path | None, typer.Option(envvar="METABASE_API_KEY_FILE", help="File with an API key instead.")
]
Wait = Annotated[float, typer.Option(help="Seconds to wait for Metabase to start.")]


@app.command()
def plan(
    url: Url,
    email: Email = "",
    password_file: PasswordFile = None,
    api_key_file: KeyFile = None,
    wait: Wait = 10,
) -> None:
    """Show what would change; changes nothing."""
    site = Site(
        _signed_in(url, email, password_file, api_key_file, wait, may_set_up=False), load_dashboards()
    )
    _show(site.plan())


@app.command()
def apply(
    *,
    url: Url,
    email: Email = "",
    password_file: PasswordFile = None,
    api_key_file: KeyFile = None,
    wait: Wait = 300,
    overwrite: Annotated[bool, typer.Option(help="Also what people changed in Metabase.")] = False,
    archive: Annotated[bool, typer.Option(help="Archive what the files no longer define.")] = False,
    bi_password_file: Annotated[
        Path | None,
        typer.Option(envvar="SYNAPSE_BI_PASSWORD_FILE", help="File with the password of bi_reader."),
    ] = None,
) -> None:
    """Set Metabase up if it is new, connect the warehouse, make and change what the files define."""
    server = _signed_in(url, email, password_file, api_key_file, wait, may_set_up=True)
    site = Site(server, load_dashboards())
    site.connect(_warehouse(bi_password_file))
    _show(site.apply(overwrite=overwrite, archive=archive))


def _signed_in(
    url: str, email: str, password_file: Path | None, key_file: Path | None, wait: float, *, may_set_up: bool
) -> Metabase:
    server = Metabase(httpx.Client(base_url=url, timeout=60))
    properties = server.wait_until_up(wait)
    if key_file is not None:
        server.use_api_key(key_file.read_text().strip())
        return server
    if not email or password_file is None:
        raise MetabaseError(
            "Nobody to sign in as.",
            hint="Give METABASE_API_KEY_FILE, or METABASE_ADMIN_EMAIL and METABASE_ADMIN_PASSWORD_FILE.",
        )
    password = password_file.read_text().strip()
    token = properties.get("setup-token")
    if token and not properties.get("has-user-setup") and may_set_up:
        server.set_up(token, email, password, "Synapse")
    else:
        server.sign_in(email, password)
    return server


def _warehouse(password_file: Path | None) -> DatabaseAccess:
    parts = urlsplit(load_environment().warehouse_url)
    path = password_file or secrets_folder() / "postgres_bi_password"
    if not path.exists():
        raise MetabaseError(
            "The password of the database role bi_reader is not known.",
            hint="Give SYNAPSE_BI_PASSWORD_FILE; deploy/init.sh makes it for Docker Compose.",
        )
    return DatabaseAccess(
        parts.hostname or "postgres",
        parts.port or 5432,
        unquote(parts.path.lstrip("/")),
        "bi_reader",
        path.read_text().strip(),
    )


def _show(steps: list[Step]) -> None:
    table = Table("what", "name", "action", box=None)
    for step in steps:
        table.add_row(step.kind, step.key, step.action)
    out.print(table)


def main() -> None:
    """Run the command; errors are told in a sentence."""
    try:
        app()
    except SynapseError as error:
        Console(stderr=True).print(f"Error: {error}\n       {error.hint}", highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
