"""The headline figures of a warehouse, for the end of ``make run`` and for scripts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True)
class Summary:
    """Figures over everything loaded; money in the company's currency."""

    inbound_calls: int
    missed_calls: int
    called_back_calls: int
    calls: int
    first_day: date | None
    last_day: date | None
    open_leaks: int
    open_amount: Decimal
    lost_leaks: int
    lost_amount: Decimal
    saved_amount: Decimal
    service_level: float | None
    enquiries: int
    conversion_ratio: float | None
    enquiries_amount: Decimal
    receipts: int
    matched_receipts: int
    transcribed_minutes: float
    rejected_rows: int


def summarise(url: str) -> Summary:
    """Read the headline figures from the marts.

    Args:
        url: ``postgresql://…`` of a warehouse that was refreshed at least once.
    """
    query = resources.files("synapse.operations").joinpath("summary.sql").read_bytes()
    with psycopg.connect(url) as connection, connection.cursor(row_factory=class_row(Summary)) as cursor:
        row = cursor.execute(query).fetchone()
        assert row is not None, "an aggregate query has one row"
        return row
