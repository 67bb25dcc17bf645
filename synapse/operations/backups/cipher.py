"""Encryption of streams of any length in bounded memory.

A sealed stream is a random salt of 32 bytes, then chunks of 1 MiB under AES-256-GCM. The key of a stream is
derived from the place's key and the salt (HKDF-SHA256), the nonce is the chunk's number, and the last chunk
is marked, so that chunks can be neither exchanged nor cut off: the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance" (2015).
"""

import io
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from synapse.operations.backups.errors import BackupError

CHUNK_BYTES = 1 << 20
SALT_BYTES = 32
TAG_BYTES = 16
_INFO = b"synapse backup stream 1"


class ChunkReader(io.RawIOBase):
    """A readable stream over an iterator of byte strings."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` as far as the present chunk goes; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def as_stream(chunks: Iterator[bytes]) -> BinaryIO:
    """A buffered stream of the chunks."""
    return io.BufferedReader(ChunkReader(chunks), CHUNK_BYTES)


def sealed(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """Encrypt ``source`` chunk by chunk.

    Args:
        source: Plain bytes.
        key: 32 bytes.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    cipher = _cipher(key, salt)
    yield salt
    number, chunk = 0, source.read(CHUNK_BYTES)
    while True:
        following = source.read(CHUNK_BYTES) if len(chunk) == CHUNK_BYTES else b""
        is_last = not following
        yield cipher.encrypt(_nonce(number, is_last=is_last), chunk, None)
        if is_last:
            return
        number, chunk = number + 1, following


def opened(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """Decrypt what :func:`sealed` made.

    Raises:
        BackupError: Another key, a changed byte, or the end is missing.
    """
    cipher = _cipher(key, _exactly(source, SALT_BYTES))
    number, chunk = 0, _exactly(source, CHUNK_BYTES + TAG_BYTES)
    while True:
        following = (
            _exactly(source, CHUNK_BYTES + TAG_BYTES) if len(chunk) == CHUNK_BYTES + TAG_BYTES else b""
        )
        is_last = not following
        try:
            yield cipher.decrypt(_nonce(number, is_last=is_last), chunk, None)
        except InvalidTag as error:
            raise BackupError(
                "A file of the copy is damaged, cut off or was encrypted with another passphrase.",
                hint="Check the passphrase; else take another copy: `synapse backup --list`.",
            ) from error
        if is_last:
            return
        number, chunk = number + 1, following


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=_INFO).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _exactly(source: BinaryIO, size: int) -> bytes:
    """Read ``size`` bytes, or fewer only at the end (streams of sockets give less at a time)."""
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
