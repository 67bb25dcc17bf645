"""The name of what makes a transcript."""

from hashlib import sha256

from synapse.settings.sections import Asr
from synapse.speech.transcriber import ENGINE, model_fingerprint

PIPELINE_VERSION = 2
"""Raise it when the same sound gives another transcript, so that days can be transcribed again."""


def transcript_version(settings: Asr) -> str:
    """Name of what makes a transcript: engine, model and the settings that shape the text."""
    shaping = settings.model_dump_json(
        include={
            "compute_type",
            "beam_size",
            "language",
            "vad",
            "agent_channel",
            "inference",
            "retry_below",
            "low_confidence",
        }
    )
    prompt = f"{settings.initial_prompt}|{settings.hotwords}" if settings.model else ""
    fingerprint = sha256(
        f"{PIPELINE_VERSION}|{model_fingerprint(settings.model)}|{shaping}|{prompt}".encode()
    ).hexdigest()[:12]
    return f"{ENGINE}/{settings.model or 'synapse-demo'}/{fingerprint}"
