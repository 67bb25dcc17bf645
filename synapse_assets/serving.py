"""What people read the marts with: dashboards of Metabase, downstream of the views that they ask."""

import dagster as dg

from metabase.definitions import Dashboard, load_dashboards
from synapse_assets.policies import OWNERS


def _dashboard(dashboard: Dashboard) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=["metabase", dashboard.key],
        deps=[dg.AssetKey(["bi", f"bi_{table}"]) for table in sorted(dashboard.tables)],
        description=f"{dashboard.name}. {dashboard.description}",
        group_name="serving",
        kinds={"metabase"},
        owners=OWNERS,
        metadata={"questions": [card.name for card in dashboard.cards]},
    )


ASSETS = [_dashboard(dashboard) for dashboard in load_dashboards()]
