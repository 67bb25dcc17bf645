"""The master keys that encrypt secrets: from the environment, a key file, or the embedded data folder."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from synapse.environment import Environment
from synapse.errors import ConfigurationError

KEY_BYTES = 32
_NONCE_BYTES = 12  # what AES-GCM is specified for (NIST SP 800-38D)
_HINT = "Make one with `openssl rand -base64 32` and keep a copy where backups are kept."


@dataclass(frozen=True)
class Sealed:
    """An encrypted value and which key opens it."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True)
class MasterKey:
    """One 256-bit key; its id says nothing about the key itself."""

    raw: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that name the key."""
        return hashlib.sha256(b"synapse key id\x00" + self.raw).hexdigest()[:12]


@dataclass(frozen=True)
class Keyring:
    """The key that encrypts now, and older ones that still open what they sealed.

    Attributes:
        keys: The first encrypts; all decrypt.
    """

    keys: Sequence[MasterKey]

    @property
    def primary(self) -> MasterKey:
        """The key that encrypts."""
        return self.keys[0]

    def seal(self, text: str, name: str) -> Sealed:
        """Encrypt a secret; ``name`` is authenticated, so that values cannot be swapped in the database."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = AESGCM(self.primary.raw).encrypt(nonce, text.encode(), name.encode())
        return Sealed(self.primary.id, nonce, ciphertext)

    def open(self, sealed: Sealed, name: str) -> str:
        """Decrypt a secret.

        Raises:
            ConfigurationError: Its key is not here, or the value was tampered with.
        """
        key = next((key for key in self.keys if key.id == sealed.key_id), None)
        if key is None:
            raise ConfigurationError(
                f"The secret {name} was encrypted with the master key {sealed.key_id}, which is not given.",
                hint="Give that key in SYNAPSE_MASTER_KEY or SYNAPSE_MASTER_KEY_FILE; nothing was changed.",
            )
        try:
            return AESGCM(key.raw).decrypt(sealed.nonce, sealed.ciphertext, name.encode()).decode()
        except InvalidTag as error:
            raise ConfigurationError(
                f"The secret {name} was changed outside Synapse and cannot be decrypted.",
                hint="Set it again in /admin/secrets.",
            ) from error

    def fingerprint(self, text: str) -> str:
        """Twelve hexadecimal digits that tell two values apart and cannot be guessed back without the key."""
        return hmac.new(self.primary.raw, b"fingerprint\x00" + text.encode(), hashlib.sha256).hexdigest()[:12]

    def derive(self, purpose: str) -> bytes:
        """A key of its own for another purpose, such as signing session cookies."""
        return hmac.new(self.primary.raw, b"derive\x00" + purpose.encode(), hashlib.sha256).digest()


def parse_key(text: str) -> MasterKey:
    """Return the key that a text holds: 32 bytes in base64 (either alphabet) or hexadecimal.

    Raises:
        ConfigurationError: It is anything else; the text is not repeated in the message.
    """
    for decode in (bytes.fromhex, _from_base64):
        try:
            raw = decode(text.strip())
        except (ValueError, binascii.Error):
            continue
        if len(raw) == KEY_BYTES:
            return MasterKey(raw)
    raise ConfigurationError("The master key is not 32 bytes in base64 or hexadecimal.", hint=_HINT)


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def new_key_text() -> str:
    """Return a new random key as text for a file or a variable."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def ensure_key_file(path: Path) -> None:
    """Make a key file that only its owner can read, unless it is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(new_key_text() + "\n")
        file.flush()
        os.fsync(file.fileno())


def key_file_of(environment: Environment) -> Path:
    """Return where the key file lies: the one named by the environment, else in the data folder."""
    return environment.master_key_file or environment.home_path / "master.key"


def load_keyring(environment: Environment) -> Keyring:
    """Return the master keys.

    ``SYNAPSE_MASTER_KEY`` holds one key or several with commas, the file one a line; the first encrypts.

    Raises:
        ConfigurationError: There is none, or it cannot be read.
    """
    given = environment.master_key.get_secret_value()
    if given:
        texts = given.split(",")
    else:
        path = key_file_of(environment)
        try:
            texts = path.read_text().splitlines()
        except FileNotFoundError:
            raise ConfigurationError(
                "There is no master key to encrypt secrets with.",
                hint=f"Set SYNAPSE_MASTER_KEY or SYNAPSE_MASTER_KEY_FILE. {_HINT}",
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"The master key file {path} cannot be read.", hint="Look at its owner and rights."
            ) from error
    keys = [parse_key(text) for text in texts if text.strip()]
    if not keys:
        raise ConfigurationError("The master key is empty.", hint=_HINT)
    return Keyring(keys)


def given_keyring(environment: Environment) -> Keyring | None:
    """Return the master keys, or None where none was given and no key file lies there.

    Raises:
        ConfigurationError: A key is given in a form that cannot work.
    """
    has_key = bool(environment.master_key.get_secret_value() or environment.master_key_file)
    return load_keyring(environment) if has_key or key_file_of(environment).exists() else None
