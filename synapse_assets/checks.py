"""Asset checks for what SQL tests in dbt cannot see."""

from datetime import UTC, datetime

import dagster as dg
import sqlalchemy as sa

from synapse.database.tables.raw import files
from synapse.operations.health import LOOKS, Look, examine
from synapse_assets.landing import ASSET_OF_SOURCE
from synapse_assets.resources import Warehouse

_SEVERITY = {"warning": dg.AssetCheckSeverity.WARN, "error": dg.AssetCheckSeverity.ERROR}


def health_check(look: Look) -> dg.AssetChecksDefinition:
    """Make the check of one look at the data's health."""

    @dg.asset_check(asset=dg.AssetKey(look.asset), name=look.name, description=look.question)
    def check(warehouse: Warehouse) -> dg.AssetCheckResult:
        with warehouse.engine().connect() as connection:
            finding = examine(connection, look)
        return dg.AssetCheckResult(
            passed=finding.passed,
            severity=_SEVERITY[look.severity],
            metadata={"limit": look.limit, "looked_at": datetime.now(UTC).isoformat()}
            | {name: figure for name, figure in finding.figures.items() if figure is not None},
        )

    return check


def no_failed_files(source: str, asset_key: dg.AssetKey) -> dg.AssetChecksDefinition:
    """Make the check that every file of a source could be read."""

    @dg.asset_check(
        asset=asset_key, name="no_failed_files", description="Every file of this source could be read"
    )
    def check(warehouse: Warehouse) -> dg.AssetCheckResult:
        with warehouse.engine().connect() as connection:
            failed = connection.execute(
                sa.select(files.c.id, files.c.error)
                .where(files.c.source == source, files.c.state == "failed")
                .order_by(files.c.id)
                .limit(20)
            ).all()
        return dg.AssetCheckResult(
            passed=not failed,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={"failed_files": len(failed), "reasons": "; ".join(row.error or "" for row in failed)},
        )

    return check


CHECKS = [
    *(health_check(look) for look in LOOKS),
    *(no_failed_files(source, key) for source, key in ASSET_OF_SOURCE.items()),
]
