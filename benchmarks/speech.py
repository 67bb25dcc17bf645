"""The speech pipeline against bare faster-whisper on the same recordings and the same model.

Bare means: ``WhisperModel.transcribe`` on each channel as an array, with voice detection, the same beam and
word times, nothing else. The pipeline decodes the files, finds the voice, recognises, checks, merges and
measures. Both run in this process, by turns, so that a busy machine slows both.
"""

import io
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from faster_whisper.audio import decode_audio

from demo import voice
from demo.speech_model.training.calls import speak_call
from demo.speech_model.training.sentences import book_sentence
from synapse.settings.sections import Asr
from synapse.speech.listening import Listening
from synapse.speech.transcriber import Transcriber, load_transcriber

TITLE = "Speech pipeline against bare faster-whisper, same recordings and model"
GOAL = "≥ 0.95 of its speed"
CALLS = 4
ROUNDS = 2


class _Memory:
    """A storage of recordings in memory; only ``open`` is asked of it."""

    def __init__(self, audio: dict[str, bytes]) -> None:
        self._audio = audio

    @contextmanager
    def open(self, key: str, offset: int = 0, length: int | None = None) -> Iterator[io.BytesIO]:
        yield io.BytesIO(self._audio[key][offset : None if length is None else offset + length])


def run() -> str:
    """Return the ratio of the speeds and both speeds in times of real time."""
    transcriber = load_transcriber(Asr())
    rng = random.Random(1)
    audio = {
        f"{number}.wav": speak_call(rng.randrange(10**6), voice.TRAINED_VARIANTS, book_sentence).wav
        for number in range(CALLS)
    }
    seconds = sum((len(data) - 44) / 4 / voice.TELEPHONE_RATE for data in audio.values())
    _pipeline({"0.wav": audio["0.wav"]}, transcriber)
    _bare({"0.wav": audio["0.wav"]}, transcriber)
    pipeline, bare = [], []
    for _ in range(ROUNDS):
        pipeline.append(_timed(lambda: _pipeline(audio, transcriber)))
        bare.append(_timed(lambda: _bare(audio, transcriber)))
    ratio = float(np.median(bare) / np.median(pipeline))
    return (
        f"{ratio:.2f} ({seconds / np.median(pipeline):.0f} × real time against "
        f"{seconds / np.median(bare):.0f} ×; two channels, {seconds / 60:.1f} min)"
    )


def _timed(work: Callable[[], None]) -> float:
    started_at = time.perf_counter()
    work()
    return time.perf_counter() - started_at


def _pipeline(audio: dict[str, bytes], transcriber: Transcriber) -> None:
    store = _Memory(audio)
    for key in audio:
        listening = Listening((key,))
        windows = list(listening.windows(store, transcriber.window_rules))  # type: ignore[arg-type]
        for heard, window in zip(transcriber.transcribe(windows), windows, strict=True):
            listening.take(heard, window)
        listening.transcript(["agent", "client"])


def _bare(audio: dict[str, bytes], transcriber: Transcriber) -> None:
    model = transcriber.model
    for data in audio.values():
        for channel in decode_audio(io.BytesIO(data), split_stereo=True):
            segments, _ = model.transcribe(
                channel,
                language="ru",
                beam_size=transcriber.settings.beam_size,
                temperature=0.0,
                vad_filter=True,
                vad_parameters={"threshold": transcriber.window_rules.voice_threshold},
                word_timestamps=True,
                condition_on_previous_text=False,
            )
            list(segments)


def main() -> None:
    """Print the row of the table."""
    print(f"{TITLE}: {run()} (goal {GOAL})")


if __name__ == "__main__":
    main()
