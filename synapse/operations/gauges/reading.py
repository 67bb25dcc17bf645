"""What the warehouse and Dagster's database tell of the business and of the work, as gauges.

Each SQL file beside this module returns rows; here stands what becomes of their columns. A question whose
table is not there yet (no marts, no Dagster) is left out, so that a fresh installation answers too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Literal

import sqlalchemy as sa

Where = Literal["warehouse", "dagster"]


@dataclass(frozen=True)
class Gauge:
    """One gauge.

    Attributes:
        column: Column of the question that holds the value.
        name: Name in Prometheus, with its unit.
        help: What it is, in words.
    """

    column: str
    name: str
    help: str


@dataclass(frozen=True)
class Question:
    """One SQL file and the gauges that its rows become.

    Attributes:
        file: Name of the file without ``.sql``.
        gauges: One for each column that is a value.
        label: Column whose value tells rows apart; empty for a single row.
        where: Database that is asked.
    """

    file: str
    gauges: tuple[Gauge, ...]
    label: str = ""
    where: Where = "warehouse"


@dataclass(frozen=True)
class Reading:
    """One value of a gauge."""

    gauge: Gauge
    labels: Mapping[str, str]
    value: float


@dataclass
class Readings:
    """What was read.

    Attributes:
        values: In the order of :data:`QUESTIONS`.
        missing: Files whose tables are not there.
        reached: Whether each database answered.
    """

    values: list[Reading] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    reached: dict[Where, bool] = field(default_factory=dict)


QUESTIONS = (
    Question(
        "leaks",
        (
            Gauge("open", "synapse_leaks_open", "Leaks that are open now"),
            Gauge(
                "open_amount", "synapse_leaks_open_rubles", "Estimated money in open leaks, company currency"
            ),
            Gauge("lost_amount", "synapse_leaks_lost_30d_rubles", "Estimated money lost in the last 30 days"),
            Gauge("saved_amount", "synapse_leaks_saved_30d_rubles", "Money saved in the last 30 days"),
            Gauge("can_be_saved", "synapse_leaks_in_time", "Open leaks whose deadline is still ahead"),
        ),
        label="kind",
    ),
    Question(
        "service_level",
        (
            Gauge("day_ratio", "synapse_service_level_24h_ratio", "Calls answered in time, last 24 hours"),
            Gauge("week_ratio", "synapse_service_level_7d_ratio", "Calls answered in time, last 7 days"),
        ),
    ),
    Question(
        "work",
        (
            Gauge("waiting", "synapse_work_waiting", "Requests for work that no run took yet"),
            Gauge("oldest_seconds", "synapse_work_oldest_seconds", "Age of the oldest waiting request"),
            Gauge("failed", "synapse_work_failed_1h", "Requests for work that failed in the last hour"),
        ),
        label="kind",
    ),
    Question(
        "files",
        (
            Gauge("failed", "synapse_files_failed", "Landed files that could not be read"),
            Gauge(
                "last_file_at",
                "synapse_source_last_file_timestamp_seconds",
                "When a source's newest file was written",
            ),
            Gauge("loaded", "synapse_rows_loaded_24h", "Rows of files loaded in the last 24 hours"),
            Gauge("rejected", "synapse_rows_rejected_24h", "Rows refused in the last 24 hours"),
        ),
        label="source",
    ),
    Question(
        "recordings", (Gauge("recordings", "synapse_recordings", "Recordings by state"),), label="state"
    ),
    Question("alerts", (Gauge("open", "synapse_alerts_open", "Alerts that are not resolved"),), label="kind"),
    Question(
        "refreshes",
        (Gauge("finished_at", "synapse_marts_built_timestamp_seconds", "When the marts were built last"),),
    ),
    Question(
        "backups",
        (
            Gauge(
                "made_at", "synapse_last_good_backup_timestamp_seconds", "When the last good copy was made"
            ),
            Gauge("checked_at", "synapse_last_good_drill_timestamp_seconds", "When a copy was last restored"),
        ),
    ),
    Question(
        "runs",
        (Gauge("runs", "synapse_dagster_runs", "Dagster runs: unfinished, or ended in the last hour"),),
        label="status",
        where="dagster",
    ),
    Question(
        "daemons",
        (
            Gauge(
                "heartbeat_at", "synapse_dagster_heartbeat_timestamp_seconds", "Last sign of life of a daemon"
            ),
        ),
        label="daemon",
        where="dagster",
    ),
)


def read(engines: Mapping[Where, sa.Engine]) -> Readings:
    """Ask every question whose database is given; a database that does not answer is said to, not raised.

    Args:
        engines: By the name of the database.
    """
    found = Readings()
    for where, engine in engines.items():
        try:
            with engine.connect() as connection:
                found.reached[where] = True
                connection.execute(sa.text("set statement_timeout = '5s'"))
                for question in QUESTIONS:
                    if question.where == where:
                        _ask(connection, question, found)
        except sa.exc.OperationalError:
            found.reached[where] = False
    return found


def _ask(connection: sa.Connection, question: Question, found: Readings) -> None:
    query = resources.files("synapse.operations.gauges").joinpath(f"{question.file}.sql").read_text()
    try:
        with connection.begin_nested():
            rows = connection.execute(sa.text(query)).mappings().all()
    except sa.exc.ProgrammingError:  # the table is not there yet
        found.missing.append(question.file)
        return
    for row in rows:
        found.values.extend(_readings(row, question))


def _readings(row: sa.RowMapping, question: Question) -> Iterator[Reading]:
    labels = {question.label: str(row[question.label])} if question.label else {}
    for gauge in question.gauges:
        if row[gauge.column] is not None:
            yield Reading(gauge, labels, float(row[gauge.column]))
