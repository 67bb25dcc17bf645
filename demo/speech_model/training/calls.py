"""Two-channel telephone calls with known words, to measure the whole pipeline by."""

import io
import random
import wave
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from demo import voice

TURNS = 8
QUIET_SECONDS = (0.2, 1.2)


@dataclass(frozen=True)
class SpokenCall:
    """One call.

    Attributes:
        wav: 8,000 Hz, 16 bits, agent left, client right.
        words: What is said on each channel.
        seconds: Length.
    """

    wav: bytes
    words: tuple[str, str]
    seconds: float


def speak_call(seed: int, variants: tuple[str, ...], say: Callable[[random.Random], str]) -> SpokenCall:
    """Let two voices talk by turns, with pauses and the hiss of a line."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    voice.start_afresh()
    speakers = [voice.cast(variants, rng) for _ in range(2)]
    level = [10 ** (-rng.uniform(2, 12) / 20) for _ in range(2)]
    placed: list[tuple[int, int, voice.Samples]] = []
    said: tuple[list[str], list[str]] = ([], [])
    position = int(0.5 * voice.TELEPHONE_RATE)
    for turn in range(TURNS):
        channel = turn % 2
        sentence = say(rng)
        samples = voice.say_on_telephone(sentence, speakers[channel]) * np.float32(level[channel])
        placed.append((channel, position, samples))
        said[channel].append(sentence)
        position += len(samples) + int(rng.uniform(*QUIET_SECONDS) * voice.TELEPHONE_RATE)
    sound = noise.normal(0, 10 ** -rng.uniform(2.2, 2.9), (2, position + 4_000))
    for channel, start, samples in placed:
        sound[channel, start : start + len(samples)] += samples
    return SpokenCall(
        wav_bytes(sound), (" ".join(said[0]), " ".join(said[1])), sound.shape[1] / voice.TELEPHONE_RATE
    )


def wav_bytes(sound: np.ndarray) -> bytes:
    """Write channels × samples at 8,000 Hz as a 16-bit WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(len(sound))
        out.setsampwidth(2)
        out.setframerate(voice.TELEPHONE_RATE)
        out.writeframes((np.clip(sound, -1, 1) * 32_767).astype("<i2").T.tobytes())
    return file.getvalue()
