"""Why a file could not be taken."""

from synapse.errors import SynapseError


class FileRefusedError(SynapseError):
    """The file as a whole cannot be read; looking again will not help until it changes."""
