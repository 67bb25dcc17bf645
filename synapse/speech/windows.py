"""Cut a channel into windows of at most 30 s that hold speech, as a Whisper model hears them.

A window is made of stretches of speech with the long silences between them left out, so that a model that
always works on 30 s does not work on silence; a model that takes windows at their own length gets each
stretch alone. Only a few minutes of sound are held at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps

from synapse.speech.audio import SAMPLE_RATE, Samples
from synapse.speech.loudness import is_silent, speech_gain

WINDOW_SECONDS = 30.0
"""What Whisper models are made for."""
PASSAGE_SECONDS = 120
CARRY_SECONDS = 30
ONSET_SAMPLES = int(0.3 * SAMPLE_RATE)


@dataclass(frozen=True)
class WindowRules:
    """How to cut.

    Attributes:
        seconds: Longest window.
        detects_voice: False: cut at this length whatever is there.
        voice_threshold: Probability from which the detector's answer is taken for voice.
        packs: True: fill windows with several stretches; False: one stretch a window.
    """

    seconds: float = WINDOW_SECONDS
    detects_voice: bool = True
    voice_threshold: float = 0.5
    packs: bool = True

    @property
    def samples(self) -> int:
        """Longest window in samples."""
        return int(self.seconds * SAMPLE_RATE)

    def voice_options(self) -> VadOptions:
        """What the voice detector (Silero) is told."""
        return VadOptions(
            threshold=self.voice_threshold,
            neg_threshold=self.voice_threshold * 0.5,
            min_silence_duration_ms=500,
            speech_pad_ms=300,
            max_speech_duration_s=self.seconds,
        )


@dataclass(frozen=True)
class Stretch:
    """One stretch of a channel inside a window, in seconds.

    Attributes:
        at: Where it begins in the window.
        start: Where it begins in the recording.
        seconds: How long it is.
    """

    at: float
    start: float
    seconds: float


@dataclass(frozen=True)
class Window:
    """What the model hears at once.

    Attributes:
        channel: 0-based channel of the recording.
        samples: float32 at 16,000 Hz, at most 30 s.
        stretches: Where the sound comes from, in order.
    """

    channel: int
    samples: Samples
    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> float:
        """Second of the recording at which its first stretch begins."""
        return self.stretches[0].start

    @property
    def end(self) -> float:
        """Second of the recording at which its last stretch ends."""
        return self.stretches[-1].start + self.stretches[-1].seconds

    def time_in_recording(self, seconds: float) -> float:
        """Turn a time in the window into one in the recording."""
        home = self.stretches[0]
        for stretch in self.stretches:
            if seconds < stretch.at:
                break
            home = stretch
        return home.start + min(max(0.0, seconds - home.at), home.seconds)

    def stretch_number(self, seconds: float) -> int:
        """Number of the stretch that a time in the window falls into."""
        return max(0, sum(seconds >= stretch.at for stretch in self.stretches) - 1)


class Windower:
    """Takes one channel's blocks in order and gives its windows.

    Args:
        channel: Number that the windows carry.
        rules: How to cut.
    """

    def __init__(self, channel: int, rules: WindowRules) -> None:
        self._channel = channel
        self._rules = rules
        self._held: list[Samples] = []
        self._held_samples = 0
        self._held_from = 0  # sample of the recording at which the held sound begins
        self._pieces: list[tuple[int, Samples]] = []  # first sample in the recording, sound
        self._packed = 0

    def feed(self, samples: Samples) -> Iterator[Window]:
        """Add a block; gives the windows that became full."""
        self._held.append(samples)
        self._held_samples += len(samples)
        if self._held_samples >= PASSAGE_SECONDS * SAMPLE_RATE:
            yield from self._listen(is_last=False)

    def finish(self) -> Iterator[Window]:
        """Give what is left."""
        yield from self._listen(is_last=True)
        yield from self._close()

    def _listen(self, *, is_last: bool) -> Iterator[Window]:
        passage = np.concatenate(self._held) if self._held else np.zeros(0, np.float32)
        sound = passage * np.float32(speech_gain(passage))
        carry_from = len(passage) if is_last else max(0, len(passage) - ONSET_SAMPLES)
        for start, end in self._speech(sound):
            reaches_end = end > len(passage) - SAMPLE_RATE
            if reaches_end and not is_last and start >= len(passage) - CARRY_SECONDS * SAMPLE_RATE:
                carry_from = start  # it may go on in the next block: hear it then, whole
                break
            carry_from = max(carry_from, end)
            yield from self._pack(self._held_from + start, sound[start:end])
        self._held = [passage[carry_from:]]
        self._held_samples = len(passage) - carry_from
        self._held_from += carry_from

    def _speech(self, sound: Samples) -> list[tuple[int, int]]:
        if not len(sound) or is_silent(sound):
            return []
        if not self._rules.detects_voice:
            step = self._rules.samples
            return [(start, min(start + step, len(sound))) for start in range(0, len(sound), step)]
        found = get_speech_timestamps(sound, self._rules.voice_options())
        return [(int(span["start"]), int(span["end"])) for span in found]

    def _pack(self, start: int, samples: Samples) -> Iterator[Window]:
        if not self._rules.packs or self._packed + len(samples) > self._rules.samples:
            yield from self._close()
        self._pieces.append((start, samples))
        self._packed += len(samples)

    def _close(self) -> Iterator[Window]:
        if not self._pieces:
            return
        stretches: list[Stretch] = []
        at = 0
        for start, samples in self._pieces:
            stretches.append(Stretch(at / SAMPLE_RATE, start / SAMPLE_RATE, len(samples) / SAMPLE_RATE))
            at += len(samples)
        joined = np.concatenate([samples for _, samples in self._pieces])
        yield Window(self._channel, joined[: self._rules.samples], tuple(stretches))
        self._pieces, self._packed = [], 0
