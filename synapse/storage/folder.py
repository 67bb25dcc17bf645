"""Objects as files under one folder.

A write goes to a temporary file, which is fsynced and renamed: readers and crashes see the old content or
the new.
"""

import errno
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from synapse.errors import ObjectNotFoundError, StorageError
from synapse.storage.contract import ObjectInfo
from synapse.storage.keys import RESERVED_PART, validate_key, validate_prefix
from synapse.storage.ranges import Window
from synapse.storage.signing import Signer, folder_secret

COPY_BYTES = 1 << 20
PARTIAL_LIVES_SECONDS = 86_400
_HINTS = {
    errno.ENOSPC: "Free some space on the disk.",
    errno.EDQUOT: "Free some space: the quota is used up.",
    errno.EACCES: "Give the user that runs Synapse the right to write there.",
    errno.EPERM: "Give the user that runs Synapse the right to write there.",
    errno.EROFS: "The file system is mounted read-only.",
}


class FolderStore:
    """Storage in a local folder, which is made when it is absent.

    Symbolic links inside are followed only while they stay inside, and never while listing.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()
        self._own = self.root / RESERVED_PART

    @cached_property
    def signer(self) -> Signer:
        """Makes and checks the links of :meth:`signed_url`."""
        with _explained():
            return Signer(folder_secret(self._own))

    @cached_property
    def _partial(self) -> Path:
        """The folder of unfinished writes, cleared of what killed processes left there."""
        folder = self._own / "partial"
        folder.mkdir(parents=True, exist_ok=True)
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):
                if time.time() - entry.stat().st_mtime > PARTIAL_LIVES_SECONDS:
                    Path(entry.path).unlink()
        return folder

    def put(
        self,
        key: str,
        stream: BinaryIO,
        *,
        content_type: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> ObjectInfo:
        """See :class:`ObjectStore`; the metadata goes to a file beside, written first."""
        path = self._path(key)
        labels = {name.lower(): value for name, value in (metadata or {}).items()}
        if content_type:
            labels["content-type"] = content_type
        with _explained(), _no_folder_in_the_way():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._partial / secrets.token_hex(12)
            try:
                with draft.open("xb") as file:
                    shutil.copyfileobj(stream, file, COPY_BYTES)
                    file.flush()
                    os.fsync(file.fileno())
                self._write_labels(key, labels)
                draft.replace(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            _fsync_folder(path.parent)
            return self._info(key, path.stat(), labels)

    @contextmanager
    def open(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[BinaryIO]:
        """See :class:`ObjectStore`."""
        path = self._path(key)
        with _explained():
            file = path.open("rb")
        with file:
            file.seek(offset)
            yield file if length is None else BufferedReader(Window(file, length))

    def stat(self, key: str) -> ObjectInfo:
        """See :class:`ObjectStore`."""
        path = self._path(key)
        with _explained():
            status = path.stat()
            if not path.is_file():
                raise _not_found()
        return self._info(key, status, self._read_labels(key))

    def list(self, prefix: str, after: str | None = None) -> Iterator[ObjectInfo]:
        """See :class:`ObjectStore`; folders that lie wholly before ``after`` are not opened."""
        validate_prefix(prefix)
        folder = prefix.rpartition("/")[0]
        start = self.root / folder if folder else self.root
        if start.is_dir() and start.resolve().is_relative_to(self.root.resolve()):
            yield from self._walk(start, f"{folder}/" if folder else "", prefix, after or "")

    def delete(self, key: str) -> None:
        """See :class:`ObjectStore`."""
        path = self._path(key)
        with suppress(ObjectNotFoundError), _explained():
            path.unlink()
        self._labels_path(key).unlink(missing_ok=True)

    def signed_url(self, key: str, expires_seconds: int) -> str:
        """See :class:`ObjectStore`; the API serves the path after :meth:`Signer.check`."""
        return self.signer.link(validate_key(key), expires_seconds=expires_seconds, now=datetime.now(UTC))

    def _path(self, key: str) -> Path:
        path = self.root / validate_key(key)
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise StorageError(
                "The object name leads out of the storage folder.",
                hint="Remove the symbolic link from the storage folder.",
            )
        return path

    def _walk(self, folder: Path, base: str, prefix: str, after: str) -> Iterator[ObjectInfo]:
        try:
            with os.scandir(folder) as scan:
                entries = [(entry.name + "/" * entry.is_dir(follow_symlinks=False), entry) for entry in scan]
        except FileNotFoundError:
            return
        for name, entry in sorted(entries, key=lambda pair: pair[0]):
            key = base + name
            if name.endswith("/"):
                is_wanted = key.startswith(prefix) or prefix.startswith(key)
                is_before = key < after and not after.startswith(key)
                if is_wanted and not is_before and key != f"{RESERVED_PART}/":
                    yield from self._walk(folder / entry.name, key, prefix, after)
            elif key > after and key.startswith(prefix) and entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError, UnicodeEncodeError):
                    key.encode()
                    yield self._info(key, entry.stat(), {})

    def _info(self, key: str, status: os.stat_result, labels: Mapping[str, str]) -> ObjectInfo:
        return ObjectInfo(
            key=key,
            size=status.st_size,
            etag=f"{status.st_size:x}-{status.st_mtime_ns:x}-{status.st_ino:x}",
            modified_at=datetime.fromtimestamp(status.st_mtime, UTC),
            metadata=labels,
        )

    def _labels_path(self, key: str) -> Path:
        return self._own / "metadata" / f"{key}.json"

    def _write_labels(self, key: str, labels: Mapping[str, str]) -> None:
        path = self._labels_path(key)
        if not labels:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._partial / secrets.token_hex(12)
        draft.write_text(json.dumps(dict(labels), ensure_ascii=False), encoding="utf-8")
        draft.replace(path)

    def _read_labels(self, key: str) -> dict[str, str]:
        try:
            labels: dict[str, str] = json.loads(self._labels_path(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return labels


def _not_found() -> ObjectNotFoundError:
    return ObjectNotFoundError("No object has this name.")


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the operating system says into an error with a hint."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise _not_found() from error
    except OSError as error:
        raise StorageError(
            f"The storage folder refused: {error.strerror}.", hint=_HINTS.get(error.errno or 0, "")
        ) from error


@contextmanager
def _no_folder_in_the_way() -> Iterator[None]:
    try:
        yield
    except (IsADirectoryError, NotADirectoryError, FileExistsError) as error:
        raise StorageError(
            "The object cannot be written: a folder has its name, or a file the name of its folder.",
            hint="Choose another name.",
        ) from error


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
