"""`synapse backup` and `synapse restore`."""

import os
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from synapse.database.engine import engine_for
from synapse.embedded.instance import DAGSTER, Instance
from synapse.embedded.lifecycle import ProgressBars
from synapse.environment import Environment, load_environment
from synapse.errors import ConfigurationError
from synapse.operations.backups.making import WAREHOUSE
from synapse.operations.backups.manifest import Manifest
from synapse.progress import Progress, Report

out = Console()
notes = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
CopyId = Annotated[str | None, typer.Option("--copy", help="Which copy; the newest unless told otherwise.")]


def _report(bars: ProgressBars, stage: str) -> Report:
    def report(done: int, total: int, message: str) -> None:
        bars.show(Progress(stage, done, total, message))

    return report


def _environment(url: str) -> Environment:
    """Bootstrap settings with the running instance's database."""
    os.environ["SYNAPSE_DATABASE_URL"] = url
    return load_environment()


def backup(
    to: Annotated[
        str, typer.Option("--to", help="file:///folder or s3://key:secret@host/bucket; else settings.")
    ] = "",
    show: Annotated[bool, typer.Option("--list", help="Show the copies there are.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Restore a copy into a server of its own and compare.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Copy every object again.")] = False,
    copy_id: CopyId = None,
    as_json: Json = False,
) -> None:
    """Make a copy of the warehouse and of all objects, or show or check the copies."""
    from synapse.operations.backups import service

    instance = Instance(load_environment())
    with instance.database(), ProgressBars(notes) as bars:
        variables = instance.variables()
        environment = _environment(variables["SYNAPSE_DATABASE_URL"])
        engine = engine_for(environment.warehouse_url)
        if show:
            with engine.connect() as connection:
                url = to or service.set_place(connection)
                if not url:
                    raise ConfigurationError(
                        "No place for copies is set.", hint="Give one: --to file:///folder."
                    )
                copies = service.place_at(url, connection, environment).manifests()
            _print_copies(copies, as_json=as_json)
        elif check:
            found = service.check_copy(
                environment,
                engine,
                place_url=to,
                copy_id=copy_id,
                report=_report(bars, "Restore for a check"),
            )
            _say(
                as_json,
                vars(found),
                f"Copy {found.copy_id} can be restored: {found.tables} tables and {found.totals} totals "
                f"agree, {found.objects_read} of {found.objects} objects read.",
            )
        else:
            manifest, removed = service.back_up(
                environment,
                engine,
                variables,
                place_url=to,
                whole=full,
                report=_report(bars, "Back up"),
            )
            _say(
                as_json,
                {"copy": manifest.id, "objects": manifest.objects, "removed_copies": removed.copies},
                f"Copy {manifest.id} is complete: {sum(manifest.figures.rows.values())} rows, "
                f"{manifest.objects} objects. Old copies removed: {removed.copies}. "
                "The master key is not in it: keep it elsewhere.",
            )


def restore(
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="file:///folder or s3://key:secret@host/bucket.")
    ],
    copy_id: CopyId = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Restore over an instance that has data; its database is kept aside."),
    ] = False,
    objects: Annotated[
        bool, typer.Option("--objects/--no-objects", help="Bring the objects back, too.")
    ] = True,
) -> None:
    """Bring a copy back into this instance (stopped), compare it, and let it take the old one's place."""
    from synapse.operations.backups.restoring import (
        choose,
        forget,
        has_data,
        restore_databases,
        restore_storage,
    )
    from synapse.operations.backups.service import place_at
    from synapse.storage import open_store

    instance = Instance(load_environment())
    with instance.supervised(), instance.database(), ProgressBars(notes) as bars:
        variables = instance.variables()
        databases = {
            WAREHOUSE: variables["SYNAPSE_DATABASE_URL"].replace("+psycopg", ""),
            DAGSTER: variables["SYNAPSE_DAGSTER_DATABASE_URL"],
        }
        was_filled = has_data(databases[WAREHOUSE])
        if was_filled and not replace:
            raise ConfigurationError(
                "This instance has data.",
                hint="Restore into an empty SYNAPSE_HOME, or say --replace: the old database is kept aside.",
            )
        source = place_at(place, None, instance.environment)
        copy = choose(source, copy_id)
        old = restore_databases(
            source, copy, databases, now=datetime.now(UTC), report=_report(bars, "Restore the databases")
        )
        if not was_filled:
            forget(databases[WAREHOUSE], old)
        written = 0
        if objects:
            store = open_store(instance.environment.objects_url)
            written = restore_storage(
                source, copy, store, databases[WAREHOUSE], report=_report(bars, "Restore the objects")
            )
    out.print(
        f"Copy {copy.id} is back: "
        f"{len(copy.figures.rows)} tables and {len(copy.figures.totals)} totals agree."
    )
    out.print(f"Objects written: {written}.")
    if was_filled:
        out.print(f"The databases before are kept as {', '.join(old)}; drop them when all is well.")
    out.print("Put the master key back, then: synapse refresh, synapse up.")


def _print_copies(copies: list[Manifest], *, as_json: bool) -> None:
    if as_json:
        out.print_json(orjson.dumps([copy.model_dump(exclude={"figures"}) for copy in copies]).decode())
        return
    table = Table("Copy", "Made at (UTC)", "Rows", "Objects", "Revision")
    for copy in copies:
        table.add_row(
            copy.id,
            f"{copy.made_at:%Y-%m-%d %H:%M}",
            str(sum(copy.figures.rows.values())),
            str(copy.objects),
            copy.revision or "",
        )
    out.print(table)


def _say(as_json: bool, figures: dict[str, object], sentence: str) -> None:
    if as_json:
        out.print_json(orjson.dumps(figures).decode())
    else:
        out.print(sentence)
