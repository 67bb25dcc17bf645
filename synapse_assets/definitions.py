"""The code location: everything Dagster should know."""

import warnings

import dagster as dg

warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

from sensors import alerts, events, files, recordings, schedules, work_requests  # noqa: E402
from synapse.environment import load_environment  # noqa: E402
from synapse_assets import checks, identity, jobs, landing, language, operations, serving, speech, warehouse  # noqa: E402
from synapse_assets.executors import executor  # noqa: E402
from synapse_assets.resources import RESOURCES  # noqa: E402

defs = dg.Definitions(
    assets=[
        *landing.ASSETS,
        *speech.ASSETS,
        *language.ASSETS,
        *identity.ASSETS,
        *warehouse.ASSETS,
        *serving.ASSETS,
        *operations.ASSETS,
    ],
    asset_checks=[*checks.CHECKS, *operations.CHECKS],
    jobs=jobs.JOBS,
    sensors=[
        *files.SENSORS,
        *recordings.SENSORS,
        *events.SENSORS,
        *work_requests.SENSORS,
        *alerts.SENSORS,
        dg.AutomationConditionSensorDefinition(
            "automation",
            target=dg.AssetSelection.all(),
            default_status=dg.DefaultSensorStatus.STOPPED,
            description="Per-asset automation; `arrivals` does the same in whole builds and is on instead.",
        ),
    ],
    schedules=schedules.SCHEDULES,
    resources=RESOURCES,
    executor=executor(load_environment()),
)
