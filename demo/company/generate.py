"""Lets the company live day by day and writes as it goes."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from demo.company import clock, demand, settings
from demo.company.agenda import Agenda
from demo.company.audio import write_recordings
from demo.company.costs import write_costs
from demo.company.onec import Books
from demo.company.options import Options
from demo.company.people import Census
from demo.company.recorder import Recorder
from demo.company.spool import DayFiles
from demo.company.staff import hire
from demo.company.switchboard import Switchboard
from demo.company.telegram import Chats
from demo.company.truth import Truth
from demo.company.web import Site
from demo.company.world import World
from synapse.progress import Report

_KEEP_LINES_SECONDS = clock.DAY


@dataclass(frozen=True)
class Figures:
    """What was written."""

    days: int
    calls: int
    people: int
    recordings: int
    audio_seconds: int


def generate(options: Options, progress: Report) -> Figures:
    """Write the company's files.

    Args:
        options: Size, seed and place.
        progress: Called with (days done, days in all, a remark).
    """
    rng = Random(options.seed)
    landing = options.target / "landing"
    landing.mkdir(parents=True, exist_ok=True)
    settings.write(options, options.target / "settings.json")
    truth = Truth(options.target / "truth", options.until)
    recorder = Recorder(options, truth, Random(options.seed + 1))
    web = DayFiles(landing / "web", "events-{day}.jsonl")
    telegram = DayFiles(landing / "telegram", "updates-{day}.jsonl")
    books = Books(landing / "1c", truth, Random(options.seed + 2))
    census = Census(Random(options.seed + 3))
    world = World(
        rng=rng,
        until=options.until,
        agenda=Agenda(),
        census=census,
        board=Switchboard(hire(options.calls_per_day, rng), Random(options.seed + 4)),
        site=Site(web, truth, Random(options.seed + 5)),
        chats=Chats(telegram, truth, Random(options.seed + 6)),
        books=books,
        truth=truth,
        record=recorder.take,
    )
    for number in range(options.days):
        day = options.start + number * clock.DAY
        end = min(day + clock.DAY - 1, options.until)
        demand.plan_day(world, day, options.calls_per_day)
        world.agenda.run(end)
        _end_day(world, day, end, web=web, telegram=telegram, recorder=recorder)
        _end_month(books, day, end, options.until)
        progress(number + 1, options.days, clock.local_form(day, "%Y-%m-%d"))
    recorder.close()
    write_costs(options, landing / "costs", Random(options.seed + 7))
    seconds = write_recordings(options, recorder, truth, progress)
    truth.close()
    return Figures(options.days, recorder.calls, census.count, len(recorder.audio), seconds)


def _end_day(
    world: World, day: int, end: int, *, web: DayFiles, telegram: DayFiles, recorder: Recorder
) -> None:
    name = clock.local_form(day, "%Y-%m-%d")
    web.flush(name, end + 1)
    telegram.flush(name, end + 1)
    recorder.flush(end + 1)
    world.board.forget(end - _KEEP_LINES_SECONDS)


def _end_month(books: Books, day: int, end: int, until: int) -> None:
    if end >= until:
        books.close_month(day, last=True)
    elif clock.local_form(day, "%m") != clock.local_form(day + clock.DAY, "%m"):
        books.close_month(day)


def folder_is_free(target: Path) -> bool:
    """Whether nothing would be overwritten."""
    return not target.exists() or not any(target.iterdir())
