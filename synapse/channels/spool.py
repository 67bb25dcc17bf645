"""A local, fsynced queue of records for the time when Postgres is away.

A spool is a folder of append-only segments. A record is one line: CRC-32 in hex, a space, the payload, a
newline. Whatever a killed process left half-written fails the CRC and was never acknowledged. A segment is
locked (flock) by whoever writes or drains it, so several processes may share a folder.
"""

import contextlib
import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from synapse.errors import SynapseError

SEGMENT_BYTES = 8 * 1024 * 1024
_SUFFIX = ".events"
_log = structlog.get_logger(__name__)


class SpoolError(SynapseError):
    """A record could not be made durable."""


@dataclass(frozen=True)
class Segment:
    """A closed segment that this process has locked.

    Attributes:
        path: The file.
        records: Payloads in the order in which they were written.
        damaged: Whether a line before the last one fails its CRC (a failing disk).
    """

    path: Path
    records: list[bytes]
    damaged: bool


class Spool:
    """Appends to the newest segment; hands out older ones.

    Not thread-safe: the caller appends from one thread at a time.

    Args:
        folder: Made if need be; only its owner can read it.
    """

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self._segment_bytes = segment_bytes
        self._file: BinaryIO | None = None
        self._size = 0

    def append(self, payloads: list[bytes]) -> None:
        """Write records and wait until they are on the disk.

        Args:
            payloads: Each without a newline.

        Raises:
            SpoolError: They may be lost; do not acknowledge them.
        """
        lines = b"".join(b"%08x %s\n" % (zlib.crc32(payload), payload) for payload in payloads)
        try:
            segment = self._open()
            try:
                _write_all(segment, lines)
                os.fsync(segment.fileno())
            except OSError:
                os.ftruncate(segment.fileno(), self._size)
                raise
        except OSError as error:
            self.rotate()
            raise SpoolError(
                f"The spool {self.folder} cannot be written: {error.strerror}.", hint="Free some disk space."
            ) from error
        self._size += len(lines)
        if self._size >= self._segment_bytes:
            self.rotate()

    def rotate(self) -> None:
        """Close the current segment, so that it can be drained."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def is_empty(self) -> bool:
        """Whether no segment is left of this or an earlier process."""
        return not any(self.folder.glob(f"*{_SUFFIX}"))

    def size_bytes(self) -> int:
        """Bytes that wait."""
        return sum(path.stat().st_size for path in self.folder.glob(f"*{_SUFFIX}"))

    @contextlib.contextmanager
    def oldest(self) -> Iterator[Segment | None]:
        """Lock and read the oldest closed segment; None when there is none.

        The caller removes it with :meth:`remove` inside the block, once its records are safe elsewhere.
        """
        found = self._lock_oldest()
        if found is None:
            yield None
            return
        path, file = found
        with file:
            yield _read(path, file)

    def remove(self, segment: Segment, *, keep_aside: bool) -> None:
        """Forget a drained segment, or keep it beside the spool for a person to look at."""
        if keep_aside:
            _log.error("spool_segment_damaged", segment=segment.path.name)
            segment.path.rename(segment.path.with_suffix(".damaged"))
        else:
            segment.path.unlink(missing_ok=True)

    def _lock_oldest(self) -> tuple[Path, BinaryIO] | None:
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            with contextlib.suppress(FileNotFoundError):
                file = path.open("rb")
                if _lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    return path, file
                file.close()  # somebody writes or drains it
        return None

    def _open(self) -> BinaryIO:
        while self._file is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / f"{time.time_ns():020d}-{os.getpid()}{_SUFFIX}"
            file = path.open("xb", buffering=0)
            if not _lock(file, fcntl.LOCK_EX):
                file.close()  # another process drained and removed the empty file before we locked it
                continue
            _sync_folder(self.folder)
            self._file, self._size = file, 0
        return self._file


def _lock(file: BinaryIO, how: int) -> bool:
    """Lock a file; False if somebody holds it or it was removed meanwhile."""
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return os.fstat(file.fileno()).st_nlink > 0


def _write_all(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _read(path: Path, file: BinaryIO) -> Segment:
    records: list[bytes] = []
    broken = 0
    lines = file.read().split(b"\n")
    for line in lines[:-1]:
        checksum, _, payload = line.partition(b" ")
        if checksum == b"%08x" % zlib.crc32(payload):
            records.append(payload)
        else:
            broken += 1
    return Segment(path, records, damaged=broken > 0)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
