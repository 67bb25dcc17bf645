"""Identifiers seen anywhere → ``core.contacts``: who is who."""

import dagster as dg

from synapse.database.locks import exclusively
from synapse.identity.graph import refresh_contacts
from synapse_assets.landing import call_records, messages, receipts, web_events
from synapse_assets.policies import OWNERS, WHEN_UPSTREAM_IS_NEW
from synapse_assets.resources import Warehouse


@dg.asset(
    group_name="identity",
    description="The identity graph: phones, e-mails, web and messenger ids of one person under one id.",
    kinds={"python"},
    owners=OWNERS,
    deps=[call_records, receipts, web_events, messages],
    automation_condition=WHEN_UPSTREAM_IS_NEW,
    pool="identity",
)
def contacts(warehouse: Warehouse) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Bring contacts up to date with what has landed."""
    engine = warehouse.engine()
    with exclusively(engine, "contacts"):
        outcome = refresh_contacts(engine, warehouse.settings().settings)
    return dg.MaterializeResult(metadata=outcome.figures())


ASSETS = [contacts]
