"""The second place: a storage of its own with a mark that says how its files are sealed."""

import hashlib
import io
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import quote, urlsplit, urlunsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import BaseModel, ValidationError

from synapse.errors import ObjectNotFoundError
from synapse.operations.backups.cipher import CHUNK_BYTES, as_stream, opened, sealed
from synapse.operations.backups.errors import BackupError
from synapse.operations.backups.manifest import Manifest, StoredFile
from synapse.storage import ObjectStore, open_store

MARK = "synapse-backup.json"
COPIES = "copies/"
_ID = re.compile(r"^\d{8}T\d{6}Z$")
_CHECK = b"synapse backup place"


class _Mark(BaseModel):
    """How the key of a place is made (scrypt, RFC 7914); an unsealed place has no salt."""

    format: int = 1
    salt: str = ""
    n: int = 1 << 16
    r: int = 8
    p: int = 1
    check: str = ""

    def key(self, passphrase: str) -> bytes:
        derived = Scrypt(salt=bytes.fromhex(self.salt), length=32, n=self.n, r=self.r, p=self.p)
        return derived.derive(passphrase.encode())


@dataclass
class _Counted:
    """Counts and hashes what passes."""

    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def over(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            self.digest.update(chunk)
            yield chunk


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


@dataclass(frozen=True)
class Place:
    """A storage with copies.

    Attributes:
        store: The storage.
        key: 32 bytes that seal every file; None where files are stored as they are.
    """

    store: ObjectStore
    key: bytes | None = field(repr=False)

    def write(self, key: str, source: BinaryIO) -> StoredFile:
        """Store a file, sealed where the place is."""
        counted = _Counted()
        plain = _chunks(source) if self.key is None else sealed(source, self.key)
        self.store.put(key, as_stream(counted.over(plain)))
        return StoredFile(key=key, size=counted.size, sha256=counted.digest.hexdigest())

    @contextmanager
    def read(self, key: str, sha256: str) -> Iterator[BinaryIO]:
        """Open a stored file in plain; its end is reached only if the stored bytes have this checksum.

        Raises:
            BackupError: On reading: the file is absent, damaged or sealed with another key.
        """
        try:
            with self.store.open(key) as stored:
                checked = as_stream(self._checked(stored, key, sha256))
                yield checked if self.key is None else as_stream(opened(checked, self.key))
        except ObjectNotFoundError as error:
            raise BackupError(
                f"The file {key} of the copy is gone.",
                hint="Take another copy, or make a whole one: `synapse backup --full`.",
            ) from error

    def verify(self, file: StoredFile) -> None:
        """Read a stored file to its end.

        Raises:
            BackupError: It is absent or damaged.
        """
        with self.read(file.key, file.sha256) as stream:
            for _ in _chunks(stream):
                pass

    def manifests(self) -> list[Manifest]:
        """Every good copy, oldest first."""
        found = []
        for info in self.store.list(COPIES):
            _, copy, name = [*info.key.split("/", 2), "", ""][:3]
            if name == "manifest.json" and _ID.match(copy):
                with self.store.open(info.key) as stream:
                    found.append(Manifest.model_validate_json(stream.read()))
        return found

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest: from now on the copy is good."""
        content = manifest.model_dump_json(indent=1).encode()
        self.store.put(f"{COPIES}{manifest.id}/manifest.json", io.BytesIO(content))

    @staticmethod
    def _checked(stored: BinaryIO, key: str, sha256: str) -> Iterator[bytes]:
        counted = _Counted()
        yield from counted.over(_chunks(stored))
        if counted.digest.hexdigest() != sha256:
            raise BackupError(
                f"The file {key} of the copy is damaged: its checksum differs.",
                hint="Take another copy, or make a whole one: `synapse backup --full`.",
            )


def open_place(url: str, *, secret_key: str = "", passphrase: str = "") -> Place:
    """Open a place for copies; a new one gets its mark.

    Args:
        url: As ``SYNAPSE_STORAGE_URL``; the secret key of S3 may be left out of it.
        secret_key: Of S3, if the URL has none.
        passphrase: Seals everything; empty for an unsealed place.

    Raises:
        BackupError: The place is sealed and the passphrase is missing or wrong, or it is not sealed.
        StorageError: The place cannot be reached.
    """
    store = open_store(_with_secret(url, secret_key))
    try:
        with store.open(MARK) as stream:
            mark = _Mark.model_validate_json(stream.read())
    except ObjectNotFoundError:
        return _new_place(store, passphrase)
    except ValidationError as error:
        raise BackupError(
            f"{MARK} at the place of copies cannot be read.", hint="Choose another folder or bucket."
        ) from error
    if not mark.salt:
        if passphrase:
            raise BackupError(
                "The copies there are not encrypted, but a passphrase is set.",
                hint="Choose a new folder or bucket for encrypted copies, or remove the passphrase.",
            )
        return Place(store, None)
    if not passphrase:
        raise BackupError(
            "The copies there are encrypted.",
            hint="Give the passphrase: SYNAPSE_BACKUP_PASSPHRASE, or the secret backups.passphrase.",
        )
    key = mark.key(passphrase)
    try:
        AESGCM(key).decrypt(bytes(12), bytes.fromhex(mark.check), _CHECK)
    except InvalidTag as error:
        raise BackupError(
            "The passphrase is not the one the copies were encrypted with.",
            hint="Give that one; without it the copies cannot be read by anybody.",
        ) from error
    return Place(store, key)


def _new_place(store: ObjectStore, passphrase: str) -> Place:
    mark = _Mark()
    key = None
    if passphrase:
        mark.salt = secrets.token_hex(16)
        key = mark.key(passphrase)
        # The key is new and seals nothing else under this nonce: streams have keys of their own.
        mark.check = AESGCM(key).encrypt(bytes(12), b"", _CHECK).hex()
    store.put(MARK, io.BytesIO(mark.model_dump_json().encode()))
    return Place(store, key)


def _with_secret(url: str, secret_key: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "s3" or not secret_key or parts.password or not parts.username:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{quote(secret_key, safe='')}@{host}"))
