"""A call of three hours against one of ten minutes: memory, speed, and what going on after a kill costs.

Each length is heard in a process of its own, from a file, in batches as the pipeline does; its peak of
resident memory is compared. Then the long one is decoded and cut once more without the model: that is what
whoever goes on from saved parts repeats.
"""

import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

from demo import voice
from demo.speech_model.training.calls import speak_call
from demo.speech_model.training.sentences import book_sentence

TITLE = "Memory of a call of 3 h against one of 10 min; decoding and cutting again after a kill"
GOAL = "≤ + 150 MiB; ≤ 25 % of the time"
SHORT_MINUTES, LONG_MINUTES = 10, 180


def _write(path: Path, minutes: int) -> None:
    """Spoken calls one after another until the time is full; stereo, 8,000 Hz."""
    rng = random.Random(1)
    calls = []
    for _ in range(6):
        with wave.open(
            io.BytesIO(speak_call(rng.randrange(10**6), voice.TRAINED_VARIANTS, book_sentence).wav)
        ) as call:
            calls.append(call.readframes(call.getnframes()))
    left = minutes * 60 * voice.TELEPHONE_RATE * 4
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(voice.TELEPHONE_RATE)
        while left > 0:
            piece = rng.choice(calls)[:left]
            out.writeframes(piece)
            left -= len(piece)


def _hear(folder: Path, key: str) -> dict[str, float]:
    from synapse.settings.sections import Asr
    from synapse.speech.listening import Listening
    from synapse.speech.transcriber import WINDOWS_AT_ONCE, load_transcriber
    from synapse.speech.windows import Window
    from synapse.storage import open_store

    store, transcriber = open_store(folder.as_uri()), load_transcriber(Asr())
    began = time.perf_counter()
    listening = Listening((key,))
    waiting: list[Window] = []

    def recognise() -> None:
        for heard, window in zip(transcriber.transcribe(waiting), waiting, strict=True):
            listening.take(heard, window)
        waiting.clear()

    for window in listening.windows(store, transcriber.window_rules):
        waiting.append(window)
        if len(waiting) >= WINDOWS_AT_ONCE:
            recognise()
    recognise()
    segments = len(listening.transcript(["agent", "client"]).segments)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again = Listening((key,))
    again.go_on_from([listening.part()])
    began = time.perf_counter()
    left = len(list(again.windows(store, transcriber.window_rules)))
    return {
        "segments": segments,
        "seconds": seconds,
        "peak_mib": peak,
        "again_seconds": time.perf_counter() - began,
        "windows_left": left,
    }


def _in_a_process(folder: Path, key: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.long_call", str(folder), key]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(made.stdout.splitlines()[-1])
    return figures


def run() -> str:
    """Return the growth of memory, the speed, and the share of the time that is repeated after a kill."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "short.wav", SHORT_MINUTES)
        _write(folder / "long.wav", LONG_MINUTES)
        short, long = _in_a_process(folder, "short.wav"), _in_a_process(folder, "long.wav")
    return (
        f"+ {long['peak_mib'] - short['peak_mib']:.0f} MiB ({long['peak_mib']:.0f} MiB in all); "
        f"{long['again_seconds'] / long['seconds']:.0%} of {long['seconds']:.0f} s "
        f"({LONG_MINUTES * 60 / long['seconds']:.0f} × real time, {long['segments']:.0f} utterances)"
    )


if __name__ == "__main__":
    print(json.dumps(_hear(Path(sys.argv[1]), sys.argv[2])))
