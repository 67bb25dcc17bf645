"""Measure a converted model through Synapse's own pipeline: word error rates, and text where nobody speaks.

Runs in Synapse's environment; needs no torch.

    python -m demo.speech_model.training.evaluate --model demo/speech_model/model --calls 12
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import jiwer
import numpy as np

from demo import phrases, voice
from demo.speech_model.training import calls, line, sentences
from synapse.settings.sections import Asr
from synapse.speech.listening import Listening
from synapse.speech.transcriber import load_transcriber
from synapse.storage import ObjectStore, open_store


def book_or_held_out(rng: random.Random) -> str:
    """Sentences as the simulated company says them: all templates, held out or not."""
    return phrases.fill(rng.choice(phrases.templates()), rng)


SETS: dict[str, tuple[tuple[str, ...], Callable[[random.Random], str]]] = {
    "voices of training, sentences of the book": (voice.TRAINED_VARIANTS, sentences.book_sentence),
    "voices of training, unseen sentences": (voice.TRAINED_VARIANTS, sentences.unseen_sentence),
    "unseen voices, sentences of the book": (voice.UNSEEN_VARIANTS, sentences.book_sentence),
    "unseen voices, unseen sentences": (voice.UNSEEN_VARIANTS, sentences.unseen_sentence),
    "all voices, as the company speaks": (voice.TRAINED_VARIANTS + voice.UNSEEN_VARIANTS, book_or_held_out),
}


def hear(store: ObjectStore, key: str, settings: Asr) -> list[str]:
    """Transcribe one recording as the pipeline does; the text of each channel."""
    transcriber = load_transcriber(settings)
    listening = Listening((key,))
    windows = list(listening.windows(store, transcriber.window_rules))
    for heard, window in zip(transcriber.transcribe(windows), windows, strict=True):
        listening.take(heard, window)
    speakers = ["agent", "client"][: len(listening.envelopes)]
    transcript = listening.transcript(speakers)
    return [
        " ".join(segment.utterance.text for segment in transcript.segments if segment.speaker == speaker)
        for speaker in speakers
    ]


def word_error_rates(store: ObjectStore, settings: Asr, count: int) -> None:
    """Print a row for each set of voices and sentences."""
    for name, (variants, say) in SETS.items():
        references: list[str] = []
        answers: list[str] = []
        seconds, started_at = 0.0, time.monotonic()
        for number in range(count):
            call = calls.speak_call(9_000 + number, variants, say)
            with TemporaryDirectory() as folder:
                path = Path(folder) / "call.wav"
                path.write_bytes(call.wav)
                with path.open("rb") as file:
                    store.put("call.wav", file)
            seconds += call.seconds
            references += call.words
            answers += hear(store, "call.wav", settings)
        speed = seconds / (time.monotonic() - started_at)
        rate, letters = jiwer.wer(references, answers), jiwer.cer(references, answers)
        print(
            f"{name:45} WER {rate:6.1%}  CER {letters:6.1%}  {seconds / 60:.1f} min, {speed:.0f} × real time"
        )
        print("   said: ", references[0][:100], "\n   heard:", answers[0][:100], flush=True)


def text_without_speech(store: ObjectStore, settings: Asr, count: int) -> None:
    """Print how many stretches without speech got text."""
    noise = np.random.default_rng(3)
    answered = 0
    for _ in range(count):
        sound = np.stack([line.no_speech(20, noise), line.no_speech(20, noise)])
        with TemporaryDirectory() as folder:
            path = Path(folder) / "call.wav"
            path.write_bytes(calls.wav_bytes(sound))
            with path.open("rb") as file:
                store.put("call.wav", file)
        answered += sum(bool(text) for text in hear(store, "call.wav", settings))
    print(f"silence, hiss, tones, music: {answered} of {2 * count} channels of 20 s got text")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="", help="folder of a converted model; empty: the shipped one")
    parser.add_argument("--calls", type=int, default=12)
    parser.add_argument("--beam", type=int, default=3)
    options = parser.parse_args()
    settings = Asr(model=options.model, beam_size=options.beam)
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder).resolve().as_uri())
        word_error_rates(store, settings, options.calls)
        text_without_speech(store, settings, options.calls)


if __name__ == "__main__":
    main()
