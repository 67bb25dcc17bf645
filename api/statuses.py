"""Which HTTP status each of our errors answers with."""

from synapse.errors import (
    ConfigurationError,
    DatabaseUnavailableError,
    ObjectNotFoundError,
    StorageError,
    SynapseError,
)
from synapse.security.accounts import AccountError, UnknownAccountError
from synapse.security.forward_auth import NotSignedInError
from synapse.security.key_register import KeyNameTakenError, UnknownKeyError, UnknownScopeError
from synapse.security.users import AccessDeniedError
from synapse.settings.connections.bench import UnknownTestError
from synapse.settings.documents import UnknownSectionError
from synapse.settings.logo import LogoRefusedError
from synapse.settings.profiles import ProfileInUseError, UnknownProfileError
from synapse.settings.reader import SettingsUnavailableError
from synapse.settings.secrets import SecretError, SecretSealedError, UnknownSecretError
from synapse.settings.store import UnknownVersionError, VersionConflictError

# The first class that fits counts, so that a subclass stands before its base.
STATUSES: tuple[tuple[type[SynapseError], int], ...] = (
    (NotSignedInError, 401),
    (AccessDeniedError, 403),
    (ObjectNotFoundError, 404),
    (UnknownSectionError, 404),
    (UnknownTestError, 404),
    (UnknownVersionError, 404),
    (UnknownProfileError, 404),
    (UnknownSecretError, 404),
    (UnknownAccountError, 404),
    (UnknownKeyError, 404),
    (AccountError, 409),
    (KeyNameTakenError, 409),
    (UnknownScopeError, 422),
    (ProfileInUseError, 409),
    (SecretSealedError, 410),
    (VersionConflictError, 412),
    (SecretError, 422),
    (LogoRefusedError, 422),
    (StorageError, 503),
    (DatabaseUnavailableError, 503),
    (SettingsUnavailableError, 503),
    (ConfigurationError, 503),
)
