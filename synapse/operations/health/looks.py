"""Looks at the data's health; each is one SQL file beside this module that returns one row.

A row has the columns ``figure`` (what was measured, null when there is nothing to measure) and any number
of further columns, which are shown beside it.
"""

from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import sqlalchemy as sa

Severity = Literal["warning", "error"]


@dataclass(frozen=True)
class Look:
    """One question about the data.

    Attributes:
        name: Of the SQL file and of the check.
        asset: Name of the asset it speaks of.
        question: What is asked, for a person.
        limit: The figure must not exceed it.
        severity: How bad it is when it does.
    """

    name: str
    asset: str
    question: str
    limit: float
    severity: Severity


@dataclass(frozen=True)
class Finding:
    """The answer to a look."""

    passed: bool
    figures: dict[str, Any]


LOOKS = [
    Look(
        "recordings_without_call",
        "recordings",
        "Share of the last 30 days' recordings that belong to no call",
        0.05,
        "warning",
    ),
    Look(
        "calls_without_recording",
        "call_records",
        "Share of the last 30 days' calls whose recording is named but absent",
        0.05,
        "warning",
    ),
    Look(
        "clock_skew",
        "recordings",
        "Median seconds between a recording's end by the PBX's clock and its arrival by the storage's",
        900,
        "warning",
    ),
    Look(
        "rejected_share", "call_records", "Share of the last 7 days' rows that were rejected", 0.01, "error"
    ),
    Look(
        "volume_drop",
        "call_records",
        "How far the last full day fell below the median of the same weekday, as a share",
        0.7,
        "warning",
    ),
]


def examine(connection: sa.Connection, look: Look) -> Finding:
    """Answer one look from the warehouse.

    Args:
        connection: On a migrated warehouse.
        look: One of :data:`LOOKS`.
    """
    query = resources.files("synapse.operations.health").joinpath(f"{look.name}.sql").read_text()
    figures = dict(connection.execute(sa.text(query)).mappings().one())
    figure = figures["figure"]
    return Finding(
        figure is None or float(figure) <= look.limit,
        {name: float(value) if value is not None else None for name, value in figures.items()},
    )
