"""Where steps run: in the run's own process, or on Celery workers over RabbitMQ."""

import dagster as dg

from synapse.environment import Environment

SPEECH_QUEUE = "speech"
GENERAL_QUEUE = "dagster"
QUEUES = (SPEECH_QUEUE, GENERAL_QUEUE)
ON_SPEECH_WORKERS = {"dagster-celery/queue": SPEECH_QUEUE}
"""Tag of a step that waits for a speech worker; the others go to any worker of the queue ``dagster``."""


def executor(environment: Environment) -> dg.ExecutorDefinition:
    """Return the executor that ``SYNAPSE_EXECUTOR`` names.

    Raises:
        ConfigurationError: It is ``celery`` and there is no broker.
    """
    if environment.executor == "in_process":
        return dg.in_process_executor
    from dagster_celery import celery_executor

    assert environment.broker
    return celery_executor.configured(
        {"broker": {"env": "SYNAPSE_BROKER_URL"}, "backend": "rpc://"}, name="celery_over_rabbitmq"
    )
