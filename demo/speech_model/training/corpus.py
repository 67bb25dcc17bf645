"""Make shards of training windows: log-mel features (float16, 80 × frames) with sentences and their times.

python -m demo.speech_model.training.corpus --folder shards --seed 1 --shards 10 --seconds 30
"""

import argparse
import json
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from scipy.signal import resample_poly

from demo import voice
from demo.speech_model.training import line, sentences

WINDOWS_PER_SHARD = 500
NO_SPEECH_SHARE = 0.08
FRAMES_PER_SECOND = 100


@dataclass(frozen=True)
class Window:
    """What is said in one window.

    Attributes:
        offset: Position of its features in the shard's file, in values.
        frames: Length in frames of 10 ms.
        spoken: (start, end, sentence) in seconds.
        cut_at: Start of a sentence that the window's end cuts off; only its start is to be written.
    """

    offset: int
    frames: int
    spoken: tuple[tuple[float, float, str], ...]
    cut_at: float | None


@dataclass
class _Draft:
    pieces: list[NDArray[np.float32]]
    spoken: list[tuple[float, float, str]]
    cut_at: float | None = None
    length: int = 0

    def add(self, samples: NDArray[np.float32]) -> None:
        self.pieces.append(samples)
        self.length += len(samples)

    def sound(self) -> NDArray[np.float32]:
        return np.concatenate(self.pieces) if self.pieces else np.zeros(0, np.float32)


def draw_window(
    rng: random.Random,
    noise: np.random.Generator,
    variants: tuple[str, ...],
    seconds: float,
    say: Callable[[random.Random], str],
) -> tuple[NDArray[np.float32], _Draft]:
    """Draw one window of at most ``seconds``.

    Returns:
        float32 samples at 16,000 Hz, and what is said in them.
    """
    draft = _Draft([], [])
    if rng.random() < NO_SPEECH_SHARE:
        draft.add(line.no_speech(rng.uniform(0.5, seconds), noise))
        heard = draft.sound() * np.float32(10 ** noise.uniform(-1.5, 0.2))
        heard = np.clip(heard + line.hiss(len(heard), 10 ** noise.uniform(-5, -2.5), noise), -1, 1)
        return resample_poly(heard, 2, 1).astype(np.float32), draft
    speaker = voice.cast(variants, rng)
    limit = int(seconds * line.RATE)
    wanted = 1 if rng.random() < (0.35 if seconds <= 10 else 0.08) else rng.randint(2, 30)
    draft.add(_pause(rng.choice([0.0, 0.1, rng.uniform(0, 0.7)])))
    if rng.random() < 0.07:
        draft.add(line.no_speech(rng.uniform(0.3, 0.95), noise))
    while len(draft.spoken) < wanted:
        sentence = say(rng)
        samples = voice.say_on_telephone(sentence, speaker) * np.float32(rng.uniform(0.6, 1.0))
        room = limit - draft.length
        if len(samples) > room:
            if not draft.spoken:
                continue
            if rng.random() < 0.6 and room > 0.3 * line.RATE:
                draft.cut_at = draft.length / line.RATE
                draft.add(samples[:room])
            break
        start = draft.length
        draft.add(samples)
        draft.spoken.append((start / line.RATE, draft.length / line.RATE, sentence))
        gap = rng.choice([rng.uniform(0.05, 0.4), rng.uniform(0.3, 1.0), 0.8, rng.uniform(0.5, 2.0)])
        if draft.length + gap * line.RATE > limit - 0.3 * line.RATE:
            break
        draft.add(_pause(gap))
    if draft.cut_at is None and draft.length < limit:
        draft.add(
            _pause(min(rng.choice([0.0, 0.4, rng.uniform(0, 1.0)]), (limit - draft.length) / line.RATE))
        )
    return resample_poly(line.over_the_line(draft.sound(), noise), 2, 1).astype(np.float32), draft


def _pause(seconds: float) -> NDArray[np.float32]:
    return np.zeros(max(0, int(seconds * line.RATE)), np.float32)


def make_shard(
    path: Path,
    seed: int,
    seconds: float,
    variants: tuple[str, ...],
    say: Callable[[random.Random], str],
    windows: int = WINDOWS_PER_SHARD,
) -> float:
    """Write ``path``.f16 and, when it is complete, ``path``.json.

    Returns:
        Hours of sound.
    """
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    extractor = FeatureExtractor(
        feature_size=80, sampling_rate=16_000, hop_length=160, chunk_length=30, n_fft=400
    )
    index: list[Window] = []
    offset = 0
    with path.with_suffix(".f16").open("wb") as file:
        for _ in range(windows):
            samples, draft = draw_window(rng, noise, variants, seconds, say)
            features = extractor(samples)[:, : len(samples) // 160].astype(np.float16)
            file.write(features.tobytes())
            index.append(Window(offset, features.shape[1], tuple(draft.spoken), draft.cut_at))
            offset += features.size
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps([asdict(window) for window in index], ensure_ascii=False), encoding="utf-8")
    partial.rename(path.with_suffix(".json"))
    return sum(window.frames for window in index) / FRAMES_PER_SECOND / 3_600


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10.0, help="longest window, at most 30")
    parser.add_argument("--test", action="store_true", help="unseen sentences of unseen voices")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    variants = voice.UNSEEN_VARIANTS if arguments.test else voice.TRAINED_VARIANTS
    say = sentences.unseen_sentence if arguments.test else sentences.training_sentence
    for number in range(arguments.shards):
        seed = arguments.seed * 1_000 + number
        path = arguments.folder / f"{'test' if arguments.test else 'train'}-{arguments.seconds:.0f}s-{seed}"
        print(path, f"{make_shard(path, seed, arguments.seconds, variants, say):.2f} h", flush=True)


if __name__ == "__main__":
    main()
