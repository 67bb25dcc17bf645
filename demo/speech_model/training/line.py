"""What a telephone line does to speech: noise, codecs, levels; and the sounds on it that are no speech."""

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
Samples = NDArray[np.float32]


def over_the_line(samples: Samples, noise: np.random.Generator) -> Samples:
    """Add noise, a codec and a level, each drawn by chance.

    Args:
        samples: float32, 8,000 Hz, within ±1.
        noise: Source of chance.
    """
    level = 10 ** noise.uniform(-1.4, -0.02)
    heard = samples * np.float32(level / (np.abs(samples).max(initial=0.0) + 1e-6))
    if noise.random() < 0.8:
        heard = heard + hiss(len(heard), 10 ** noise.uniform(-4.5, -2.4), noise)
    heard = np.clip(heard, -1, 1)
    kind = noise.choice(["none", "a-law", "mu-law", "vocoder"], p=[0.4, 0.25, 0.15, 0.2])
    if kind == "a-law":
        return a_law(heard)
    if kind == "mu-law":
        return mu_law(heard)
    if kind == "vocoder":
        return modulated_noise(heard, noise.uniform(15, 30), noise)
    return heard.astype(np.float32)


def hiss(length: int, amplitude: float, noise: np.random.Generator) -> Samples:
    """White or, half of the time, pinkish noise with this root mean square."""
    white = noise.normal(0, 1, length)
    if noise.random() < 0.5 or length < 16:
        return (white * amplitude).astype(np.float32)
    spectrum = np.fft.rfft(white)
    spectrum /= np.sqrt(1 + np.arange(len(spectrum)) / (0.02 * len(spectrum)))
    pink = np.fft.irfft(spectrum, length)
    return (pink * (amplitude / (pink.std() + 1e-9))).astype(np.float32)


def mu_law(samples: Samples) -> Samples:
    """ITU-T G.711 µ-law there and back (continuous law, 8 bits)."""
    folded = np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log(256)
    quantised = np.round(folded * 127) / 127
    return (np.sign(quantised) * np.expm1(np.abs(quantised) * np.log(256)) / 255).astype(np.float32)


def a_law(samples: Samples) -> Samples:
    """ITU-T G.711 A-law there and back (continuous law, 8 bits)."""
    scale, loud = 1 + np.log(87.6), np.abs(samples)
    folded = np.where(loud < 1 / 87.6, 87.6 * loud, 1 + np.log(np.maximum(87.6 * loud, 1e-9))) / scale
    quantised = np.round(folded * 127) / 127
    unfolded = np.where(quantised < 1 / scale, quantised * scale / 87.6, np.exp(quantised * scale - 1) / 87.6)
    return (np.sign(samples) * unfolded).astype(np.float32)


def modulated_noise(samples: Samples, ratio_db: float, noise: np.random.Generator) -> Samples:
    """The distortion of a low-rate codec such as GSM, as noise that follows the signal (ITU-T P.810)."""
    follower = samples * noise.normal(0, 10 ** (-ratio_db / 20), len(samples))
    return np.clip(samples + follower, -1, 1).astype(np.float32)


def no_speech(seconds: float, noise: np.random.Generator) -> Samples:
    """Silence, hiss, ringing, busy tone, keys, hold music or clicks; peak at most 0.6."""
    length = int(seconds * RATE)
    kind = noise.choice(["silence", "hiss", "ringing", "busy", "keys", "music", "clicks"])
    if kind == "silence":
        return np.zeros(length, np.float32)
    if kind == "hiss":
        return hiss(length, 10 ** noise.uniform(-4, -1.2), noise)
    clock = np.arange(length) / RATE
    if kind == "ringing":
        return _gated(clock, 425, on=1.0, period=noise.choice([4.0, 5.0]))
    if kind == "busy":
        return _gated(clock, 425, on=0.35, period=0.7)
    if kind == "keys":
        return _keys(clock, noise)
    return music(length, noise) if kind == "music" else _clicks(seconds, noise)


def _clicks(seconds: float, noise: np.random.Generator) -> Samples:
    length = int(seconds * RATE)
    clicks = np.zeros(length, np.float32)
    clicks[noise.integers(0, max(1, length), max(1, int(seconds * 3)))] = 0.5
    return clicks


def _gated(clock: NDArray[np.float64], hertz: float, *, on: float, period: float) -> Samples:
    return (0.4 * np.sin(2 * np.pi * hertz * clock) * (clock % period < on)).astype(np.float32)


def _keys(clock: NDArray[np.float64], noise: np.random.Generator) -> Samples:
    low, high = noise.choice([697, 770, 852, 941]), noise.choice([1209, 1336, 1477])
    tone = np.sin(2 * np.pi * low * clock) + np.sin(2 * np.pi * high * clock)
    return (0.25 * tone * (clock % 0.4 < 0.15)).astype(np.float32)


def music(length: int, noise: np.random.Generator) -> Samples:
    """Chords of decaying harmonic notes at a steady beat, as on hold."""
    sound = np.zeros(length, np.float32)
    beat = int(noise.uniform(0.2, 0.7) * RATE)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    root = noise.uniform(110, 330)
    for start in range(0, length, beat):
        span = min(length - start, 2 * beat)
        clock = np.arange(span) / RATE
        for note in noise.choice(scale, noise.integers(1, 4), replace=False):
            hertz = root * 2 ** (note / 12)
            for harmonic in range(1, 5):
                if hertz * harmonic < 3_600:
                    wave = np.sin(2 * np.pi * hertz * harmonic * clock) / harmonic**1.5
                    sound[start : start + span] += (wave * np.exp(-3 * clock)).astype(np.float32)
    return sound * np.float32(0.6 / (np.abs(sound).max(initial=0.0) + 1e-6))
