"""Is there anything to show, and how fresh is it?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from synapse.database.tables.core import refreshes

State = Literal["missing", "empty", "filled"]

MART_TABLES = (
    "dim_agents",
    "dim_contacts",
    "fct_attribution",
    "fct_calls",
    "fct_conversations",
    "fct_conversion",
    "fct_leakage",
    "fct_receipts",
    "fct_sla",
    "rpt_channel_returns",
    "rpt_cohorts",
    "rpt_coverage_days",
    "rpt_survival",
)


@dataclass(frozen=True)
class Warehouse:
    """State of the marts.

    Attributes:
        state: ``missing`` (never built), ``empty`` (built from nothing) or ``filled``.
        built_at: When the marts were last built; None if that was never recorded.
    """

    state: State
    built_at: datetime | None


def warehouse(connection: sa.Connection) -> Warehouse:
    """Look at the marts; cheap enough for every page."""
    names = [f"marts.{name}" for name in MART_TABLES]
    present = connection.execute(
        sa.text("select bool_and(to_regclass(name) is not null) from unnest(cast(:names as text[])) as name"),
        {"names": names},
    ).scalar_one()
    if not present:
        return Warehouse("missing", None)
    filled = connection.execute(
        sa.text(
            "select exists (select 1 from marts.fct_conversations)"
            " or exists (select 1 from marts.fct_receipts)"
        )
    ).scalar_one()
    built_at = connection.execute(sa.select(sa.func.max(refreshes.c.finished_at))).scalar_one()
    return Warehouse("filled" if filled else "empty", built_at)
