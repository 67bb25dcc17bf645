"""From a URL to a storage."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from synapse.errors import ConfigurationError
from synapse.storage.contract import ObjectStore

_HINT = "Use s3://key:secret@host:port/bucket?secure=0 or file:///folder."
_DEFAULT_PORTS = {True: 443, False: 9000}


def open_store(url: str) -> ObjectStore:
    """Open the storage of ``url``; nothing is contacted until the first call.

    Args:
        url: ``file:///folder`` or ``s3://key:secret@host[:port]/bucket[?secure=0&region=…]``; key and secret
            are percent-encoded, ``secure`` is 1 unless told otherwise.

    Raises:
        ConfigurationError: The URL is of no known form.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.startswith("/"):
        from synapse.storage.folder import FolderStore

        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        from synapse.storage.s3 import S3Address, S3Store

        bucket = parts.path.strip("/")
        if not parts.hostname or not bucket or "/" in bucket:
            raise ConfigurationError("The storage URL names no host or no bucket.", hint=_HINT)
        options = parse_qs(parts.query)
        secure = options.get("secure", ["1"])[0].lower() not in {"0", "false", "no"}
        return S3Store(
            S3Address(
                endpoint=f"{parts.hostname}:{parts.port or _DEFAULT_PORTS[secure]}",
                bucket=bucket,
                access_key=unquote(parts.username or ""),
                secret_key=unquote(parts.password or ""),
                secure=secure,
                region=options.get("region", ["us-east-1"])[0],
            )
        )
    raise ConfigurationError(
        f"The storage URL has an unknown form ({parts.scheme or 'no scheme'}).", hint=_HINT
    )
