"""What every storage can do."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class ObjectInfo:
    """What is known of one object.

    Attributes:
        key: Name, with ``/`` between folders.
        size: Bytes.
        etag: Changes whenever the content is written again; opaque.
        modified_at: When it was last written, UTC.
        metadata: Names (lower case) and values given at writing; filled by ``stat`` and ``put`` only.
    """

    key: str
    size: int
    etag: str
    modified_at: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)


class ObjectStore(Protocol):
    """A flat space of named objects. Every method validates keys and raises StorageError with a hint."""

    def put(
        self,
        key: str,
        stream: BinaryIO,
        *,
        content_type: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> ObjectInfo:
        """Write a whole object; readers see the old content or the new, never a part."""
        ...

    def open(self, key: str, offset: int = 0, length: int | None = None) -> AbstractContextManager[BinaryIO]:
        """Open bytes ``offset … offset + length`` (to the end without ``length``); empty past the end.

        Raises:
            ObjectNotFoundError: No object has this key.
        """
        ...

    def stat(self, key: str) -> ObjectInfo:
        """Describe one object.

        Raises:
            ObjectNotFoundError: No object has this key.
        """
        ...

    def list(self, prefix: str, after: str | None = None) -> Iterator[ObjectInfo]:
        """Objects whose keys start with ``prefix`` and sort after ``after``, in order of UTF-8 bytes."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; no error when there is none."""
        ...

    def signed_url(self, key: str, expires_seconds: int) -> str:
        """A link by which anyone may read the object until it expires.

        A folder gives a path of our own API (``/objects/…``), S3 an absolute URL.
        """
        ...
