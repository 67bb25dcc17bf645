"""Text where nobody speaks: what a recogniser writes over the sounds of a telephone line.

Half a minute of each sound, several times with other dice: silence, hiss, noise, hold music, ring-back and
busy tones, keys (DTMF), clicks; all made by code. Three ways: the bare model, the model behind the voice
detector, and the pipeline as it is with its guards. ``python -m benchmarks.false_text`` prints the whole
table, with the words a minute of sound in which there are none to hear.
"""

import io
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
from numpy.typing import NDArray

from demo.speech_model.training import line
from synapse.settings.sections import Asr
from synapse.speech.listening import Listening
from synapse.speech.transcriber import Transcriber, load_transcriber
from synapse.speech.windows import Stretch, Window

TITLE = "False text: share of half-minutes without speech in which the pipeline writes words"
GOAL = "≤ 2 % overall"
CLIPS = 8
SECONDS = 30
Samples = NDArray[np.float32]
Make = Callable[[np.random.Generator], Samples]


def _tones(dice: np.random.Generator, hertz: float, on: float, period: float) -> Samples:
    clock = np.arange(SECONDS * line.RATE) / line.RATE
    tone = 0.35 * np.sin(2 * np.pi * hertz * clock) * (clock % period < on)
    return (tone + dice.normal(0, 10 ** dice.uniform(-4, -2.5), len(clock))).astype(np.float32)


def _keys(dice: np.random.Generator) -> Samples:
    """Keys pressed at random moments (ITU-T Q.23)."""
    sound = dice.normal(0, 0.001, SECONDS * line.RATE)
    clock = np.arange(int(0.12 * line.RATE)) / line.RATE
    for start in dice.integers(0, len(sound) - len(clock), 25):
        low, high = dice.choice([697, 770, 852, 941]), dice.choice([1209, 1336, 1477, 1633])
        sound[start : start + len(clock)] += 0.25 * (
            np.sin(2 * np.pi * low * clock) + np.sin(2 * np.pi * high * clock)
        )
    return np.clip(sound, -1, 1).astype(np.float32)


def _street(dice: np.random.Generator) -> Samples:
    """Noise whose loudness comes and goes, with a hum, as beside a road."""
    clock = np.arange(SECONDS * line.RATE) / line.RATE
    swell = 0.5 + 0.5 * np.sin(2 * np.pi * clock / dice.uniform(3, 9) + dice.uniform(0, 6))
    hum = 0.05 * np.sin(2 * np.pi * dice.uniform(40, 120) * clock)
    return (line.hiss(len(clock), 0.08, dice) * swell + hum).astype(np.float32)


def _clicks(dice: np.random.Generator) -> Samples:
    sound = dice.normal(0, 0.0005, SECONDS * line.RATE)
    sound[dice.integers(0, len(sound), 90)] = 0.5
    return sound.astype(np.float32)


SOUNDS: dict[str, Make] = {
    "silence": lambda dice: np.zeros(SECONDS * line.RATE, np.float32),
    "hiss of a quiet line": lambda dice: line.hiss(SECONDS * line.RATE, 10 ** dice.uniform(-4, -3), dice),
    "loud noise": lambda dice: line.hiss(SECONDS * line.RATE, 10 ** dice.uniform(-2, -1), dice),
    "street": _street,
    "hold music": lambda dice: line.music(SECONDS * line.RATE, dice),
    "ring-back": lambda dice: _tones(dice, 425, 1.0, float(dice.choice([4.0, 5.0]))),
    "busy tone": lambda dice: _tones(dice, 425, 0.35, 0.7),
    "keys (DTMF)": _keys,
    "clicks": _clicks,
}


class _Memory:
    """A storage of one recording in memory; only ``open`` is asked of it."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @contextmanager
    def open(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[io.BytesIO]:
        yield io.BytesIO(self._data)


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(line.RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return file.getvalue()


def _bare(transcriber: Transcriber, samples: Samples) -> int:
    """Words of the model that is given the sound as it is, in windows of its own length."""
    rate = 16_000
    sound = np.repeat(samples, rate // line.RATE)
    step = transcriber.window_rules.samples
    windows = [
        Window(0, sound[at : at + step], (Stretch(0.0, at / rate, len(sound[at : at + step]) / rate),))
        for at in range(0, len(sound), step)
    ]
    return sum(len(said.words) for heard in transcriber.transcribe(windows) for said in heard.utterances)


def _detected(transcriber: Transcriber, samples: Samples, *, guarded: bool) -> int:
    """Words behind the voice detector; with the guards or before them."""
    listening = Listening(("x.wav",))
    windows = list(listening.windows(_Memory(_wav(samples)), transcriber.window_rules))  # type: ignore[arg-type]
    words = 0
    for heard, window in zip(transcriber.transcribe(windows), windows, strict=True):
        listening.take(heard, window)
        words += sum(len(said.words) for said in heard.utterances)
    if not guarded:
        return words
    return sum(len(segment.utterance.words) for segment in listening.transcript(["unknown"]).segments)


def measure(clips: int = CLIPS) -> dict[str, dict[str, tuple[float, float]]]:
    """Sound → way → (share of clips with words, words a minute)."""
    transcriber = load_transcriber(Asr())
    ways: dict[str, Callable[[Samples], int]] = {
        "bare": partial(_bare, transcriber),
        "detector": partial(_detected, transcriber, guarded=False),
        "pipeline": partial(_detected, transcriber, guarded=True),
    }
    table: dict[str, dict[str, tuple[float, float]]] = {}
    for name, make in SOUNDS.items():
        made = [make(np.random.default_rng(number)) for number in range(clips)]
        table[name] = {}
        for way, count in ways.items():
            words = [count(samples) for samples in made]
            share = sum(each > 0 for each in words) / clips
            table[name][way] = (share, sum(words) / (clips * SECONDS / 60))
    return table


def run() -> str:
    """Return the pipeline's share over all sounds, and the bare model's beside it."""
    table = measure()
    shares = {way: float(np.mean([row[way][0] for row in table.values()])) for way in ("pipeline", "bare")}
    minutes = len(SOUNDS) * CLIPS * SECONDS / 60
    return f"{shares['pipeline']:.1%} (bare model {shares['bare']:.0%}; {minutes:.0f} min, 9 kinds of sound)"


def main() -> None:
    """Print the whole table."""
    print("| sound | bare model | with the voice detector | the pipeline |\n| --- | --- | --- | --- |")
    for name, row in measure().items():
        cells = (f"{share:.0%}, {words:.1f} words/min" for share, words in row.values())
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
