"""How a recording is to be recognised: the settings, with what somebody chose for one call."""

from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict

from synapse.settings.sections import Asr
from synapse.speech.transcriber import ENGINE, model_fingerprint

PIPELINE_VERSION = 2
"""Raise it when the same sound gives another transcript, so that days can be transcribed again."""


class Way(BaseModel):
    """What differs from the settings for the recordings of one request; None: as the settings say.

    Attributes:
        language: ``ru``, ``en`` or ``auto``.
        inference: ``batched``, ``sequential`` or ``by_length``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["ru", "en", "auto"] | None = None
    inference: Literal["batched", "sequential", "by_length"] | None = None

    def applied(self, settings: Asr) -> Asr:
        """The settings for these recordings."""
        return settings.model_copy(update=self.model_dump(exclude_none=True))


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
