"""A window on a stream of bytes."""

import io
from typing import BinaryIO


class Window(io.RawIOBase):
    """The next ``length`` bytes of a stream, then end of file; closing it closes the stream."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        super().__init__()
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` from what is left."""
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        """Close both."""
        self._stream.close()
        super().close()
