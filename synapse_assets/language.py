"""Transcripts → ``core.insights``: what was meant."""

from datetime import UTC, datetime

import dagster as dg

from synapse.conversations.index import index_conversations
from synapse.database.locks import exclusively
from synapse.language.analyse import analyse_transcripts
from synapse.progress import reporter
from synapse_assets.landing import messages
from synapse_assets.policies import OWNERS, WHEN_UPSTREAM_IS_NEW
from synapse_assets.resources import Warehouse
from synapse_assets.speech import imported_transcripts, transcripts


@dg.asset(
    group_name="language",
    description="Intent, topics, complaints, toxicity and promised next steps, each with its evidence.",
    kinds={"python"},
    owners=OWNERS,
    deps=[transcripts, imported_transcripts, messages],
    automation_condition=WHEN_UPSTREAM_IS_NEW,
    pool="language",
)
def insights(warehouse: Warehouse) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Label every transcript and message thread that the present rules have not seen."""
    engine = warehouse.engine()
    with exclusively(engine, "insights"):
        outcome = analyse_transcripts(
            engine,
            warehouse.settings(),
            progress=reporter("Understand conversations"),
            now=datetime.now(UTC),
        )
        indexed = index_conversations(engine)
    return dg.MaterializeResult(metadata={**outcome.figures(), "indexed_for_search": indexed})


ASSETS = [insights]
