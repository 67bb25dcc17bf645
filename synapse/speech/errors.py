"""What can be wrong with a recording or a model."""

from synapse.errors import ConfigurationError, SynapseError


class NotAudioError(SynapseError):
    """The bytes hold no sound that can be decoded."""


class SpeechModelError(ConfigurationError):
    """The speech model of the settings cannot be loaded."""
