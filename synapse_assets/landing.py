"""Files of other programs → schema ``raw``: one asset per table."""

import dagster as dg

from synapse.database.locks import exclusively
from synapse.landing.load import FileOutcome, load_pending
from synapse.progress import reporter
from synapse_assets.policies import DAILY, OWNERS
from synapse_assets.resources import Storage, Warehouse

SHOWN_FILES = 25


def _table(outcomes: list[FileOutcome]) -> dg.MetadataValue:
    schema = dg.TableSchema(
        [
            dg.TableColumn("file", "string"),
            dg.TableColumn("state", "string"),
            dg.TableColumn("rows", "int"),
            dg.TableColumn("rejected", "int"),
            dg.TableColumn("reason", "string"),
        ]
    )
    records = [
        dg.TableRecord(
            {
                "file": outcome.key,
                "state": outcome.state,
                "rows": outcome.rows_loaded,
                "rejected": outcome.rows_rejected,
                "reason": outcome.error or "",
            }
        )
        for outcome in outcomes[:SHOWN_FILES]
    ]
    return dg.MetadataValue.table(records, schema)


def landing_asset(name: str, *, source: str, description: str, kind: str) -> dg.AssetsDefinition:
    """Make the asset that loads every new or changed file of one source.

    Args:
        name: The asset's name, which is also the table's in ``raw``.
        source: Name in :mod:`synapse.landing.sources`.
        description: What the rows are.
        kind: Format, shown as a badge.
    """

    @dg.asset(
        name=name,
        group_name="landing",
        description=description,
        kinds={"python", "postgres", kind},
        owners=OWNERS,
        freshness_policy=DAILY,
        pool="landing",
    )
    def load(warehouse: Warehouse, storage: Storage) -> dg.MaterializeResult:  # type: ignore[type-arg]
        report = reporter(f"Load {name}")
        outcomes: list[FileOutcome] = []

        def note(outcome: FileOutcome) -> None:
            outcomes.append(outcome)
            report(len(outcomes), 0, f"{sum(one.rows_loaded for one in outcomes):,} rows")

        engine = warehouse.engine()
        with exclusively(engine, f"landing {source}"):
            load_pending(engine, storage.store(), source, warehouse.settings().settings, progress=note)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(outcome.rows_loaded for outcome in outcomes),
                "rejected_rows": sum(outcome.rows_rejected for outcome in outcomes),
                "files": len(outcomes),
                "failed_files": sum(outcome.state == "failed" for outcome in outcomes),
                "details": _table(outcomes),
            }
        )

    return load


call_records = landing_asset(
    "call_records",
    source="asterisk_cdr",
    kind="csv",
    description="Asterisk CDR as the PBX wrote it: one row per pair of channels.",
)
channel_events = landing_asset(
    "channel_events",
    source="asterisk_cel",
    kind="csv",
    description="Asterisk CEL: one row per channel event.",
)
queue_events = landing_asset(
    "queue_events",
    source="asterisk_queue_log",
    kind="text",
    description="Asterisk queue_log: one row per queue event.",
)
receipts = landing_asset(
    "receipts",
    source="onec_receipts",
    kind="excel",
    description="Receipts from 1C: sales, returns and advances.",
)
channel_costs = landing_asset(
    "channel_costs",
    source="channel_costs",
    kind="csv",
    description="Advertising costs by day or period, source, medium and campaign.",
)
ready_transcripts = landing_asset(
    "ready_transcripts",
    source="ready_transcripts",
    kind="json",
    description="Transcripts made elsewhere; they skip speech recognition.",
)
web_events = landing_asset(
    "web_events",
    source="web_events",
    kind="json",
    description="Web events from files; events sent to POST /events are in the same table already.",
)
messages = landing_asset(
    "messages",
    source="telegram_messages",
    kind="json",
    description="Messages of chat threads.",
)

ASSETS = [
    call_records,
    channel_events,
    queue_events,
    receipts,
    channel_costs,
    ready_transcripts,
    web_events,
    messages,
]
ASSET_OF_SOURCE = {
    "asterisk_cdr": call_records.key,
    "asterisk_cel": channel_events.key,
    "asterisk_queue_log": queue_events.key,
    "onec_receipts": receipts.key,
    "channel_costs": channel_costs.key,
    "ready_transcripts": ready_transcripts.key,
    "web_events": web_events.key,
    "telegram_messages": messages.key,
}
