"""Decode recordings block by block, so that memory does not grow with their length.

FFmpeg (through PyAV) looks at the content, never at the name: a ``.wav`` that holds MP3 is read as MP3.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from numpy.typing import NDArray

from synapse.speech.errors import NotAudioError

SAMPLE_RATE = 16_000
"""Samples a second of everything after decoding; what Whisper models hear."""
BLOCK_SECONDS = 20
MOST_CHANNELS = 2

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Header:
    """What a file says of itself.

    Attributes:
        codec: FFmpeg's name of the codec, such as ``pcm_s16le``, ``pcm_alaw``, ``gsm_ms``, ``mp3``, ``opus``.
        sample_rate: Hz as stored.
        channels: As stored.
        duration_seconds: None where the file does not say.
    """

    codec: str
    sample_rate: int
    channels: int
    duration_seconds: float | None


@dataclass
class Recording:
    """An open recording.

    Attributes:
        header: What the file says of itself.
        damage: Why decoding stopped before the end; None while it has not.
    """

    header: Header
    _container: Any
    damage: str | None = None

    def blocks(self) -> Iterator[Samples]:
        """Decode once from the beginning.

        A file that breaks in the middle ends there, and ``damage`` says so.

        Yields:
            float32, channels (1 or 2) × samples at 16,000 Hz, about 20 s each.

        Raises:
            NotAudioError: Nothing at all could be decoded.
        """
        wanted = SAMPLE_RATE * BLOCK_SECONDS
        pieces: list[Samples] = []
        length = decoded = 0
        for piece in self._pieces():
            pieces.append(piece)
            length += piece.shape[1]
            decoded += piece.shape[1]
            if length >= wanted:
                yield np.concatenate(pieces, axis=1)
                pieces, length = [], 0
        if pieces:
            yield np.concatenate(pieces, axis=1)
        if not decoded and self.damage:
            raise NotAudioError(f"No sound could be decoded: {self.damage}.")

    def _pieces(self) -> Iterator[Samples]:
        channels = min(MOST_CHANNELS, self.header.channels)
        layout = "mono" if channels == 1 else "stereo"
        resampler = AudioResampler(format="fltp", layout=layout, rate=SAMPLE_RATE)
        try:
            for frame in self._container.decode(audio=0):
                frame.pts = None  # gaps in time stamps would be filled with silence of any length
                for resampled in resampler.resample(frame):
                    yield resampled.to_ndarray().astype(np.float32, copy=False)
            for resampled in resampler.resample(None):
                yield resampled.to_ndarray().astype(np.float32, copy=False)
        except (FFmpegError, ValueError) as error:
            self.damage = _words(error)


@contextmanager
def open_recording(stream: IO[bytes]) -> Iterator[Recording]:
    """Open a seekable binary stream as audio.

    Raises:
        NotAudioError: No audio format that FFmpeg knows, or a file without an audio track.
    """
    try:
        container = av.open(stream, mode="r", metadata_errors="ignore")
    except (FFmpegError, ValueError) as error:
        raise NotAudioError(f"Not an audio file: {_words(error)}.") from error
    try:
        if not container.streams.audio:
            raise NotAudioError("The file has no audio track.")
        yield Recording(_header(container), container)
    finally:
        container.close()


def _header(container: Any) -> Header:
    track = container.streams.audio[0]
    context = track.codec_context
    if context is None or not track.sample_rate or not track.channels:
        raise NotAudioError("The file's header describes no sound.")
    duration = None
    if track.duration is not None and track.time_base is not None:
        duration = float(track.duration * track.time_base)
    elif container.duration is not None:
        duration = container.duration / av.time_base
    return Header(context.codec.name, int(track.sample_rate), int(track.channels), duration)


def _words(error: Exception) -> str:
    text = error.strerror if isinstance(error, FFmpegError) and error.strerror else str(error)
    return text.rstrip(".").lower() or type(error).__name__
