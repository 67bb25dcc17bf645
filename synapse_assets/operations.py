"""Copies at a second place, and the proof that they can be restored."""

import os

import dagster as dg

from synapse.environment import load_environment
from synapse.operations.backups.errors import BackupError
from synapse.operations.backups.service import back_up, check_copy
from synapse.progress import reporter
from synapse_assets.policies import OWNERS
from synapse_assets.resources import Warehouse


@dg.asset(group_name="operations", owners=OWNERS, kinds={"postgres", "s3"})
def backups(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """A dump of the databases in one snapshot and every object, at the place the settings name."""
    manifest, removed = back_up(
        load_environment(), warehouse.engine(), os.environ, report=reporter("Back up")
    )
    return dg.MaterializeResult(
        metadata={
            "copy": manifest.id,
            "dagster/row_count": sum(manifest.figures.rows.values()),
            "objects": manifest.objects,
            "object_megabytes": round(manifest.object_bytes / 1e6, 1),
            "dump_megabytes": round(sum(dump.size for dump in manifest.dumps.values()) / 1e6, 1),
            "removed_copies": removed.copies,
        }
    )


@dg.asset_check(
    asset=backups,
    name="can_be_restored",
    description="The newest copy, restored into a server of its own, has the same rows and totals",
)
def can_be_restored(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Restore the newest copy and compare."""
    try:
        found = check_copy(load_environment(), warehouse.engine(), report=reporter("Restore for a check"))
    except BackupError as error:
        return dg.AssetCheckResult(passed=False, metadata={"reason": error.message, "hint": error.hint})
    return dg.AssetCheckResult(passed=True, metadata=vars(found))


ASSETS = [backups]
CHECKS = [can_be_restored]
