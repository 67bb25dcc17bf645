"""What people see in the terminal."""

from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.table import Table

from synapse.operations.query import Answer
from synapse.operations.summary import Summary

if TYPE_CHECKING:
    from synapse.embedded.supervisor import Supervisor
    from synapse.operations.doctor import Finding

_MARKS = {"fine": "[green]✓[/]", "warning": "[yellow]![/]", "broken": "[red]✗[/]"}


def _percent(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.0%}"


def _money(amount: object) -> str:
    return f"{amount:,.0f} ₽".replace(",", " ")


def print_summary(console: Console, summary: Summary) -> None:
    """Print the headline figures as a small table."""
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(style="dim")
    if summary.first_day and summary.last_day:
        table.add_row("Days", f"{(summary.last_day - summary.first_day).days + 1}", f"to {summary.last_day}")
    table.add_row("Calls", f"{summary.calls:,}", f"{summary.inbound_calls:,} inbound")
    table.add_row("Missed", f"{summary.missed_calls:,}", f"{summary.called_back_calls:,} called back in time")
    table.add_row("Open leaks", f"{summary.open_leaks:,}", _money(summary.open_amount) + " at stake")
    table.add_row("Lost", f"{summary.lost_leaks:,}", _money(summary.lost_amount))
    table.add_row("Saved", "", _money(summary.saved_amount))
    table.add_row("Service level", _percent(summary.service_level), "answered in time")
    table.add_row(
        "Enquiries", f"{summary.enquiries:,}", f"{_percent(summary.conversion_ratio)} became receipts so far"
    )
    table.add_row("Receipts", f"{summary.receipts:,}", f"{summary.matched_receipts:,} matched to enquiries")
    table.add_row("Transcribed", f"{summary.transcribed_minutes:.0f} min", "of recorded calls")
    table.add_row("Rejected rows", f"{summary.rejected_rows:,}", "reasons on /admin/sources")
    console.print(table)


def print_addresses(console: Console, supervisor: "Supervisor", seconds: float) -> None:
    """Print where to look, after everything answers."""
    console.print(f"\nReady in {seconds:.0f} s. Ctrl-C stops everything.")
    console.print(f"  Pages     [bold]{supervisor.api_url}[/]", highlight=False)
    console.print(f"  Dagster   [bold]{supervisor.dagster_url}[/]", highlight=False)
    console.print(
        f"  Your data goes into {supervisor.instance.home / 'storage' / 'landing'}", highlight=False
    )


def print_answer(console: Console, answer: Answer, form: Literal["table", "csv", "json"]) -> None:
    """Print rows in the form asked for; csv and json are never wrapped or coloured."""
    if form == "csv":
        console.file.write(answer.as_csv())
    elif form == "json":
        console.file.write(answer.as_json() + "\n")
    else:
        table = Table(*map(str, answer.columns))
        for row in answer.rows:
            table.add_row(*("" if value is None else str(value) for value in row))
        console.print(table)


def print_findings(console: Console, findings: "list[Finding]") -> None:
    """Print what the doctor found, one line each, with the cure beside what is not fine."""
    for finding in findings:
        console.print(
            f"{_MARKS[finding.status]} [bold]{finding.subject}[/] {finding.message}", highlight=False
        )
        if finding.hint:
            console.print(f"    {finding.hint}", style="dim", highlight=False)
