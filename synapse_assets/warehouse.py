"""dbt models as assets: staging → intermediate → marts → bi, their tests as asset checks."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from synapse.database.locks import exclusively
from synapse.operations.staleness import present_watermark, record_refresh
from synapse.progress import reporter
from synapse_assets.dbt_project import project
from synapse_assets.dbt_runner import build
from synapse_assets.policies import HOURLY, OWNERS, WHEN_UPSTREAM_IS_NEW
from synapse_assets.resources import Warehouse


class Translator(DagsterDbtTranslator):
    """How models appear in Dagster."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Group by the layer: the folder below ``models``."""
        layers = dbt_resource_props["fqn"]
        return str(layers[1]) if len(layers) > 2 else "warehouse"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Return one team for the whole warehouse."""
        return OWNERS

    def get_automation_condition(
        self, dbt_resource_props: Mapping[str, Any]
    ) -> dg.AutomationCondition | None:  # type: ignore[type-arg]
        """Rebuild when something upstream is new."""
        return WHEN_UPSTREAM_IS_NEW

    def get_freshness_policy(self, dbt_resource_props: Mapping[str, Any]) -> dg.FreshnessPolicy | None:
        """Expect marts to be rebuilt every few hours."""
        return HOURLY if dbt_resource_props["fqn"][1:2] == ["marts"] else None


translator = Translator(
    settings=DagsterDbtTranslatorSettings(
        enable_source_tests_as_checks=True, enable_duplicate_source_asset_keys=True
    )
)


@dbt_assets(
    manifest=project().manifest_path,
    project=project(),
    dagster_dbt_translator=translator,
    name="warehouse",
    pool="warehouse",
)
def warehouse_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
    """Build the selected models and run their tests."""
    with exclusively(warehouse.engine(), "warehouse"):
        started_at = datetime.now(UTC)
        with warehouse.engine().connect() as connection:
            watermark = present_watermark(connection)
        yield from build(context, translator, reporter("Build the warehouse"))
        if not context.is_subset:
            with warehouse.engine().begin() as connection:
                record_refresh(connection, watermark, started_at)


ASSETS = [warehouse_models]
