"""Pools whose limit is a setting."""

import dagster as dg

from synapse.environment import Environment
from synapse.settings.sections import Asr
from synapse.speech.chunks import most_at_once

SPEECH = "speech"


def apply_speech_limit(instance: dg.DagsterInstance, settings: Asr, environment: Environment) -> None:
    """Give the pool the limit of the settings, if it has another."""
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return
    wanted = most_at_once(settings, environment)
    found = next((pool for pool in storage.get_pool_limits() if pool.name == SPEECH), None)
    if found is None or found.from_default or found.limit != wanted:
        storage.set_concurrency_slots(SPEECH, wanted)
