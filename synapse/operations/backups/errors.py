"""What can go wrong with copies."""

from synapse.errors import SynapseError


class BackupError(SynapseError):
    """A copy could not be made, read or restored."""
