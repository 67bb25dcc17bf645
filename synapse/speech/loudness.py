"""How loud a channel is, second by second, in dB below full scale (dBFS)."""

import numpy as np
from numpy.typing import NDArray

from synapse.speech.audio import SAMPLE_RATE, Samples

FRAME_SECONDS = 0.05
FRAME_SAMPLES = int(SAMPLE_RATE * FRAME_SECONDS)
FLOOR_DB = -100.0
"""Level of digital silence."""
SILENCE_DB = -60.0
"""A channel that never rises above this level is silent: the hiss of a quiet line lies at −65 to −70."""
SPEECH_DB = -20.0
"""Level that speech is brought to before recognition."""
MOST_GAIN_DB = 30.0


def decibels(power: NDArray[np.float32] | float) -> NDArray[np.float64]:
    """Mean power of samples within ±1 → dBFS, not below ``FLOOR_DB``."""
    return 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))


class Envelope:
    """Power of one channel in frames of 50 ms; 1 h takes 288 KB."""

    def __init__(self) -> None:
        self._frames: list[NDArray[np.float32]] = []
        self._rest = np.zeros(0, np.float32)
        self._joined: NDArray[np.float32] | None = None
        self.samples = 0

    def add(self, samples: Samples) -> None:
        """Append samples of this channel."""
        self.samples += len(samples)
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) - len(joined) % FRAME_SAMPLES
        if whole:
            self._frames.append(np.square(joined[:whole]).reshape(-1, FRAME_SAMPLES).mean(axis=1))
            self._joined = None
        self._rest = joined[whole:]

    @property
    def seconds(self) -> float:
        """How much has been added."""
        return self.samples / SAMPLE_RATE

    def _powers(self) -> NDArray[np.float32]:
        if self._joined is None:
            self._joined = np.concatenate(self._frames) if self._frames else np.zeros(1, np.float32)
            self._frames = [self._joined]
        return self._joined

    def loudest_db(self) -> float:
        """Level of the loudest 50 ms so far."""
        return float(decibels(float(self._powers().max())))

    def mean_db(self, spans: list[tuple[float, float]]) -> float | None:
        """Level of the mean power inside ``spans`` (start, end in seconds); None without any."""
        powers = self._powers()
        pieces = [
            powers[int(start / FRAME_SECONDS) : int(np.ceil(end / FRAME_SECONDS))] for start, end in spans
        ]
        inside = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        return float(decibels(float(inside.mean()))) if len(inside) else None

    def peak_db(self, start: float, end: float) -> float:
        """Level of the loudest 50 ms between two times in seconds; ``FLOOR_DB`` past the end."""
        inside = self._powers()[int(start / FRAME_SECONDS) : int(np.ceil(end / FRAME_SECONDS)) or None]
        return float(decibels(float(inside.max()))) if len(inside) else FLOOR_DB


def speech_gain(samples: Samples) -> float:
    """Factor that brings the loud part of ``samples`` (95th percentile of 50 ms frames) to ``SPEECH_DB``.

    At most 30 dB up, so that the hiss of an empty line stays hiss; never so much that samples would clip.
    """
    whole = len(samples) - len(samples) % FRAME_SAMPLES
    if not whole:
        return 1.0
    powers = np.square(samples[:whole]).reshape(-1, FRAME_SAMPLES).mean(axis=1)
    loud_db = float(decibels(float(np.percentile(powers, 95))))
    if loud_db < SILENCE_DB:
        return 1.0
    gain = float(10 ** (min(MOST_GAIN_DB, SPEECH_DB - loud_db) / 20))
    peak = float(np.abs(samples).max())
    return min(gain, 1.0 / peak) if peak > 0 else 1.0


def is_silent(samples: Samples) -> bool:
    """Whether no 50 ms rise above ``SILENCE_DB``: such a passage need not be searched for voice."""
    envelope = Envelope()
    envelope.add(samples)
    return envelope.loudest_db() < SILENCE_DB
