"""The voices of the simulated company: eSpeak NG, loaded from its wheel, over a telephone line.

eSpeak NG is a formant synthesiser whose oscillators run on from sentence to sentence: after
``start_afresh()`` the same sentences in the same order give the same samples everywhere. The state is in
the library, so one process speaks one sentence at a time.
"""

import _ctypes
import ctypes
import random
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import espeakng_loader
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 22_050
"""Samples a second that eSpeak NG writes."""
TELEPHONE_RATE = 8_000
"""Samples a second of a telephone line."""

TRAINED_VARIANTS = ("m1", "m2", "m3", "m5", "m6", "m7", "m8", "f1", "f2", "f4", "f5")
"""Voice variants that the shipped speech model heard in training."""
UNSEEN_VARIANTS = ("m4", "f3")
"""Voice variants that it never heard; its error rates are measured on these."""

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_PARAMETER_RATE, _PARAMETER_PITCH, _PARAMETER_RANGE = 1, 3, 4
_CHARS_UTF8 = 1
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Voice:
    """One speaker.

    Attributes:
        variant: eSpeak NG's variant of the Russian voice: ``m1`` … ``m8``, ``f1`` … ``f5``; empty: plain.
        rate: Words a minute.
        pitch: 0 to 99.
        pitch_range: 0 (monotone) to 99.
    """

    variant: str
    rate: int = 165
    pitch: int = 50
    pitch_range: int = 50

    @property
    def is_feminine(self) -> bool:
        """Whether the variant imitates a woman."""
        return self.variant.startswith("f")


class VoiceError(RuntimeError):
    """eSpeak NG refused."""


class _Synthesiser:
    """The library with its one callback."""

    def __init__(self) -> None:
        self._library: Any = ctypes.cdll.LoadLibrary(espeakng_loader.get_library_path())
        self._pieces: list[NDArray[np.int16]] = []
        self._callback = _Callback(self._collect)
        self._lock = Lock()
        self._start()

    def close(self) -> None:
        """Unload the library: nothing less makes its oscillators begin from zero."""
        with self._lock:
            self._library.espeak_Terminate()
            _ctypes.dlclose(self._library._handle)

    def _start(self) -> None:
        folder = str(Path(espeakng_loader.get_data_path()).parent).encode()
        rate = self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, folder, 0)
        if rate != SAMPLE_RATE:
            raise VoiceError(f"eSpeak NG did not start as expected: sample rate {rate}")
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: Any, count: int, _events: Any) -> int:
        if count > 0 and samples:
            self._pieces.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        return 0

    def say(self, text: str, voice: Voice) -> Samples:
        if voice.variant and voice.variant not in TRAINED_VARIANTS + UNSEEN_VARIANTS:
            raise VoiceError(f"there is no voice variant {voice.variant!r}")  # eSpeak NG would speak plainly
        name = f"ru+{voice.variant}" if voice.variant else "ru"
        with self._lock:
            self._pieces.clear()
            if self._library.espeak_SetVoiceByName(name.encode()) != 0:
                raise VoiceError(f"eSpeak NG has no voice {name!r}")
            self._library.espeak_SetParameter(_PARAMETER_RATE, voice.rate, 0)
            self._library.espeak_SetParameter(_PARAMETER_PITCH, voice.pitch, 0)
            self._library.espeak_SetParameter(_PARAMETER_RANGE, voice.pitch_range, 0)
            encoded = text.encode()
            # Breathy voices add noise from the C library's rand(), which is seeded by the time.
            self._library.espeak_ng_SetRandSeed(ctypes.c_long(zlib.crc32(encoded + name.encode())))
            self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _CHARS_UTF8, None, None)
            self._library.espeak_Synchronize()
            if not self._pieces:
                return np.zeros(0, np.float32)
            return (np.concatenate(self._pieces) / np.float32(32_768)).astype(np.float32)


@cache
def _synthesiser() -> _Synthesiser:
    return _Synthesiser()


def start_afresh() -> None:
    """Forget what was said before (12 ms), so that a recording does not depend on the ones before it."""
    _synthesiser().close()
    _synthesiser.cache_clear()


def say(text: str, voice: Voice) -> Samples:
    """Speak one sentence.

    Returns:
        float32 samples, one channel, 22,050 Hz, within ±1, with the synthesiser's short pause at the end.

    Raises:
        VoiceError: The variant does not exist.
    """
    return _synthesiser().say(text, voice)


def say_on_telephone(text: str, voice: Voice) -> Samples:
    """Speak one sentence as a telephone hears it: trimmed, 300–3,400 Hz, 8,000 Hz, peak 0.6.

    Returns:
        float32 samples, one channel, 8,000 Hz.
    """
    spoken = trim(telephone_band(say(text, voice)))
    peak = float(np.abs(spoken).max(initial=0.0))
    return spoken * np.float32(0.6 / peak) if peak > 0 else spoken


def telephone_band(samples: Samples) -> Samples:
    """Bring 22,050 Hz speech to a telephone line's band and rate by one Fourier transform.

    Args:
        samples: float32, one channel, 22,050 Hz.

    Returns:
        float32, one channel, 8,000 Hz; band edges are raised cosines at 250–330 Hz and 3,350–3,700 Hz.
    """
    if not len(samples):
        return samples
    length = len(samples) + SAMPLE_RATE // 10
    length += -length % 441  # 441 samples at 22,050 Hz are 160 at 8,000 Hz
    spectrum = np.fft.rfft(samples, length)
    target = length * 160 // 441
    spectrum = spectrum[: target // 2 + 1]
    frequencies = np.arange(len(spectrum)) * (SAMPLE_RATE / length)
    gain = _ramp(frequencies, 250, 330) * (1 - _ramp(frequencies, 3_350, 3_700))
    return (np.fft.irfft(spectrum * gain, target) * (target / length)).astype(np.float32)


def _ramp(frequencies: NDArray[Any], low: float, high: float) -> NDArray[Any]:
    position = np.clip((frequencies - low) / (high - low), 0, 1)
    return np.asarray((1 - np.cos(np.pi * position)) / 2)


def trim(samples: Samples, threshold: float = 0.004) -> Samples:
    """Cut quiet ends; ``threshold`` is an amplitude."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def cast(variants: tuple[str, ...], rng: random.Random) -> Voice:
    """Draw a speaker: a variant with a rate, pitch and liveliness of its own."""
    return Voice(rng.choice(variants), rng.randint(140, 195), rng.randint(30, 70), rng.randint(30, 70))
