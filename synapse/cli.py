"""`synapse`: one command for people and scripts. Each command works on a running or a stopped instance."""

import signal
import sys
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import orjson
import typer
from rich.console import Console

from synapse import cli_backups, cli_keys, cli_settings
from synapse.embedded.instance import Instance
from synapse.embedded.parts import PartName
from synapse.environment import load_environment
from synapse.errors import SynapseError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Synapse shows a small company, in roubles, where it loses customers.",
)
app.add_typer(cli_settings.app, name="settings")
app.add_typer(cli_keys.app, name="key")
app.command()(cli_backups.backup)
app.command()(cli_backups.restore)
out = Console()
notes = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Serve = Annotated[bool, typer.Option("--serve/--no-serve", help="Keep the pages open afterwards.")]


def _instance() -> Instance:
    return Instance(load_environment())


@app.command()
def up(serve: Serve = True) -> None:
    """Start all parts on your own data."""
    from synapse.embedded.lifecycle import run_instance

    run_instance(_instance(), notes, then="serve" if serve else "stop")


@app.command()
def demo(
    serve: Serve = True,
    days: Annotated[int, typer.Option(min=1, max=400, help="Days of history.")] = 90,
    calls_per_day: Annotated[int, typer.Option(min=1, max=2000)] = 60,
    audio_minutes: Annotated[float, typer.Option(min=0, help="Minutes of recorded calls.")] = 30,
    seed: Annotated[int, typer.Option(help="Same seed, same company.")] = 1,
) -> None:
    """Start all parts on a simulated company."""
    from synapse.embedded.lifecycle import DemoCompany, run_instance

    company = DemoCompany(days, calls_per_day, audio_minutes, seed)
    run_instance(_instance(), notes, then="serve" if serve else "stop", company=company)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(exists=True, help="A file or a folder of your company's files.")],
    as_json: Json = False,
) -> None:
    """Put files into the landing folder; the next refresh loads them."""
    from synapse.operations.importing import import_path

    report = import_path(_instance(), path, notes)
    if as_json:
        out.print_json(orjson.dumps(asdict(report)).decode())
    else:
        report.print_to(out)
    raise typer.Exit(0 if report.imported else 1)


@app.command()
def refresh(as_json: Json = False) -> None:
    """Run everything that is stale, wait, and fail if anything failed."""
    from synapse.embedded.lifecycle import refresh_instance
    from synapse.operations.summary import summarise

    instance = _instance()
    with instance.database():
        refresh_instance(instance, notes)
        summary = summarise(instance.variables()["SYNAPSE_DATABASE_URL"])
    if as_json:
        out.print_json(orjson.dumps(asdict(summary), default=str).decode())
    else:
        from synapse.embedded.terminal import print_summary

        print_summary(out, summary)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One statement; - reads it from standard input.")],
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    write: Annotated[bool, typer.Option("--write", help="Allow changes.")] = False,
) -> None:
    """Ask the warehouse in SQL."""
    from synapse.embedded.terminal import print_answer
    from synapse.operations.query import run_query

    instance = _instance()
    statement = sys.stdin.read() if query == "-" else query
    with instance.database():
        url = instance.variables()["SYNAPSE_DATABASE_URL"]
        answer = run_query(url, statement, access="read write" if write else "read only")
    print_answer(out, answer, form)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look at everything Synapse needs and say what to mend."""
    from synapse.embedded.terminal import print_findings
    from synapse.operations.doctor import examine

    findings = examine(_instance())
    if as_json:
        out.print_json(orjson.dumps([asdict(finding) for finding in findings]).decode())
    else:
        print_findings(out, findings)
    raise typer.Exit(1 if any(finding.status == "broken" for finding in findings) else 0)


@app.command()
def part(name: Annotated[PartName, typer.Argument(help="Which part this container is.")]) -> None:
    """Run one part alone, with a database server and a storage of their own (Docker Compose)."""
    from synapse.embedded.container import become

    become(name, _instance())


@app.command()
def database_url() -> None:
    """Print the URL of the warehouse for psql or a BI tool (of a running instance)."""
    instance = _instance()
    with instance.database():
        out.print(instance.variables()["SYNAPSE_DATABASE_URL"], soft_wrap=True, highlight=False)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; our own errors become one clear line, not a traceback."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # as orderly an end as Ctrl-C
        signal.signal(number, _interrupt)
    try:
        app()
    except SynapseError as error:
        notes.print(f"[bold red]Error:[/] {error.message}", highlight=False)
        if error.hint:
            notes.print(f"       {error.hint}", highlight=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
