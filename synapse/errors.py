"""The errors a person may meet: each says what went wrong and what to do next."""


class SynapseError(Exception):
    """Base of all errors that Synapse raises on purpose.

    Args:
        message: What went wrong and where, in one sentence, without personal data.
        hint: What the reader can do about it, in one sentence.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class ConfigurationError(SynapseError):
    """A bootstrap setting is missing or has a value that cannot work."""


class StorageError(SynapseError):
    """The object storage refused or could not be reached."""


class ObjectNotFoundError(StorageError):
    """No object has this key."""


class DatabaseUnavailableError(SynapseError):
    """Postgres cannot be reached or refuses connections."""
