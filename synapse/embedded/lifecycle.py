"""What `synapse up`, `demo` and `refresh` do, step by step, with progress for the person who waits."""

import contextlib
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.instance import Instance
from synapse.embedded.stages import run_stage
from synapse.embedded.supervisor import Supervisor
from synapse.embedded.terminal import print_addresses, print_summary
from synapse.operations.summary import summarise
from synapse.progress import Progress
from synapse.security.master_key import given_keyring
from synapse.settings.secrets import verify_keys
from synapse.settings.sections import Settings
from synapse.settings.store import save_settings

_DEMO_MARK = "demo.json"


@dataclass(frozen=True)
class DemoCompany:
    """Size of the simulated company.

    Attributes:
        days: Days of history, the last being today.
        calls_per_day: Mean number of calls on a working day.
        audio_minutes: Minutes of recorded speech in the newest calls.
        seed: Same seed and day, same company.
    """

    days: int
    calls_per_day: int
    audio_minutes: float
    seed: int


class ProgressBars(AbstractContextManager["ProgressBars"]):
    """One line per stage with a bar and the time it took."""

    def __init__(self, console: Console) -> None:
        columns = (
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description:<22}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}[/]"),
        )
        self._bar = Bar(*columns, console=console)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "ProgressBars":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:  # work that could not say how much there was is done now, too
            for task in self._bar.tasks:
                self._bar.update(task.id, total=task.completed or 1, completed=task.completed or 1)
        self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Update the line of the progress' stage."""
        if not progress.stage:
            return
        if progress.stage not in self._tasks:
            self._tasks[progress.stage] = self._bar.add_task(progress.stage, total=None, note="")
        total = progress.total or None
        self._bar.update(
            self._tasks[progress.stage], completed=progress.done, total=total, note=progress.message
        )


def _engine(instance: Instance) -> sa.Engine:
    url = instance.variables()["SYNAPSE_DATABASE_URL"]
    return engine_for("postgresql+psycopg://" + url.partition("://")[2])


def _stage(
    instance: Instance, module: str, arguments: list[str], show: Callable[[Progress], None]
) -> dict[str, Any]:
    log = instance.logs / f"{module.rpartition('.')[2]}.log"
    return run_stage(module, arguments, instance.variables(), log, show)


def _make_company(instance: Instance, company: DemoCompany, show: Callable[[Progress], None]) -> None:
    """Generate the simulated company's files and land them, unless a complete demo is there already."""
    mark = instance.home / _DEMO_MARK
    if mark.exists():
        return
    folder = instance.home / "company"
    arguments = ["--target", str(folder), "--days", str(company.days), "--seed", str(company.seed)]
    arguments += ["--calls-per-day", str(company.calls_per_day)]
    arguments += ["--audio-minutes", str(company.audio_minutes)]
    _stage(instance, "demo.company", arguments, show)
    document = json.loads((folder / "settings.json").read_text())
    first_day = document.pop("effective_from", None)
    settings = Settings.model_validate(document)
    with _engine(instance).begin() as connection:
        save_settings(
            connection, settings, author="demo", comment="The simulated company", effective_from=first_day
        )
    from synapse.operations.importing import import_folder

    import_folder(instance, folder, lambda done, total: show(Progress("Landing files", done, total)))
    mark.write_text(json.dumps(vars(company)))


def refresh_instance(instance: Instance, console: Console) -> None:
    """Run every stale asset of an instance whose database is up.

    Raises:
        StageFailedError: An asset failed; the message names it.
    """
    migrate(_engine(instance))
    with ProgressBars(console) as bars, contextlib.ExitStack() as stack:
        if instance.serving() is None:  # a running instance has its configuration and its own runs
            supervisor = Supervisor(instance)
            supervisor.write_configuration()
            stack.enter_context(supervisor.no_hanging_run())
        _stage(instance, "synapse_assets.refresh", [], bars.show)


def run_instance(
    instance: Instance,
    console: Console,
    *,
    then: Literal["serve", "stop"],
    company: DemoCompany | None = None,
) -> None:
    """Bring an instance up, fill it where it is new, print the summary and serve.

    Args:
        instance: The data folder.
        console: Where progress goes.
        then: ``serve`` until Ctrl-C, or ``stop`` after the summary.
        company: The simulated company to start with; None for one's own data.
    """
    began = time.monotonic()
    with instance.supervised(), instance.database():
        supervisor = Supervisor(instance)
        if then == "serve":
            supervisor.check_ports()
        supervisor.write_configuration()
        migrate(_engine(instance))
        _check_master_key(instance)
        supervisor.sweep_runs()
        with ProgressBars(console) as bars, supervisor.no_hanging_run():
            if company is not None:
                _make_company(instance, company, bars.show)
            if company is not None or then == "stop":
                _stage(instance, "synapse_assets.refresh", [], bars.show)
        if company is not None:
            print_summary(console, summarise(instance.variables()["SYNAPSE_DATABASE_URL"]))
        if then == "serve":
            _serve(supervisor, console, began)


def _check_master_key(instance: Instance) -> None:
    with _engine(instance).connect() as connection:
        verify_keys(connection, given_keyring(instance.environment))


def _serve(supervisor: Supervisor, console: Console, began: float) -> None:
    with supervisor.signals():
        try:
            supervisor.start(lambda name, seconds: console.print(f"[dim]{name} is up ({seconds:.1f} s)[/]"))
            print_addresses(console, supervisor, time.monotonic() - began)
            supervisor.serve()
        finally:
            console.print("[dim]Stopping …[/]")
            supervisor.stop()
