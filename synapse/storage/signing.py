"""Links to objects of a folder storage: an expiry and an HMAC that the API checks before it serves a byte."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from synapse.errors import StorageError

ROUTE = "/objects/"
SECRET_BYTES = 32


class SignatureError(StorageError):
    """The link is forged, damaged or expired."""


@dataclass(frozen=True)
class Signer:
    """Makes and checks links.

    Attributes:
        secret: Key of the HMAC (SHA-256).
    """

    secret: bytes

    def link(self, key: str, *, expires_seconds: int, now: datetime) -> str:
        """Return ``/objects/<key>?expires=<epoch>&signature=<hex>``."""
        expires = int((now + timedelta(seconds=expires_seconds)).timestamp())
        return f"{ROUTE}{quote(key)}?expires={expires}&signature={self._sign(key, expires)}"

    def check(self, key: str, expires: int, signature: str, *, now: datetime) -> None:
        """Accept a link's parts or raise.

        Args:
            key: Object key, decoded.
            expires: The link's ``expires``, seconds since 1970.
            signature: The link's ``signature``.
            now: The present moment, with zone.

        Raises:
            SignatureError: Not signed by this secret, or past its time.
        """
        if not hmac.compare_digest(self._sign(key, expires).encode(), signature.encode()):
            raise SignatureError("The link is not valid.", hint="Open the page again to get a fresh link.")
        if now.timestamp() > expires:
            raise SignatureError("The link has expired.", hint="Open the page again to get a fresh link.")

    def _sign(self, key: str, expires: int) -> str:
        return hmac.new(self.secret, f"{expires}\n{key}".encode(), hashlib.sha256).hexdigest()


def folder_secret(folder: Path) -> bytes:
    """The secret of one folder storage, made on first use and shared by every process that opens it."""
    path = folder / "signing.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"signing.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)  # the first process wins; the others read its secret
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
