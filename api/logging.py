"""Log lines of the API."""

from synapse import logs


def configure() -> None:
    """Set structlog up for this process."""
    logs.configure("stdout")
