"""The Celery application of the workers: ``celery -A synapse_assets.celery_app worker`` (`synapse part`).

A step is acknowledged when it is done, and goes back to the queue when its worker is lost: another one takes
it. Steps can be repeated, since every recording is claimed and written once.
"""

import importlib

from celery.signals import worker_init
from dagster._core.execution.retries import RetryMode
from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from synapse.environment import load_environment

app = make_app(
    CeleryExecutor(
        retries=RetryMode.ENABLED,
        broker=load_environment().broker,
        backend="rpc://",
        config_source={
            "task_acks_late": True,
            "task_reject_on_worker_lost": True,
            "worker_prefetch_multiplier": 1,
            "worker_concurrency": 1,
            "broker_connection_retry_on_startup": True,
            "worker_send_task_events": False,
        },
    ).app_args()
)
execute_plan = create_task(app)


@worker_init.connect
def _warm_up(**_: object) -> None:
    """Load the definitions before the first child is forked: each one, a replacement too, begins warm."""
    importlib.import_module("synapse_assets.definitions")
