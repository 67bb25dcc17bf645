"""One recording on its way from sound to windows to a transcript."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np

from synapse.speech.audio import Recording, Samples, open_recording
from synapse.speech.guards import Dropped, keep_spoken, runs_in_a_circle
from synapse.speech.loudness import SILENCE_DB, Envelope
from synapse.speech.measures import Measures, measure
from synapse.speech.probing import seekable
from synapse.speech.transcriber import Heard
from synapse.speech.utterances import Utterance
from synapse.speech.windows import Window, Windower, WindowRules
from synapse.storage import ObjectStore


@dataclass(frozen=True)
class Segment:
    """An utterance with its speaker, as it is stored."""

    speaker: str
    utterance: Utterance


@dataclass(frozen=True)
class Transcript:
    """A recording's transcript.

    Attributes:
        segments: In order of time.
        dropped: Inventions.
        measures: Who spoke how much.
        loudness: Speaker → mean level of the speech in dBFS.
        duration_seconds: Length of the longest channel.
        language: Code of the language heard most, None without speech.
        retried: Windows that were heard twice for lack of confidence.
        improved: Those that were better the second time.
    """

    segments: list[Segment]
    dropped: list[Dropped]
    measures: Measures
    loudness: dict[str, float]
    duration_seconds: float
    language: str | None
    retried: int = 0
    improved: int = 0


@dataclass(frozen=True)
class Part:
    """What was heard of a recording since the part before.

    Attributes:
        utterances: In the order in which they were heard.
        languages: Language → words, of this part.
        heard_until: Channel → second up to which the model has heard it.
        retried: Windows that were heard twice, of this part.
        improved: Those that were better the second time.
    """

    utterances: list[Utterance]
    languages: dict[str, int]
    heard_until: dict[int, float]
    retried: int = 0
    improved: int = 0


@dataclass
class Listening:
    """Collects what is heard of one recording.

    Attributes:
        keys: One object, or two halves.
        envelopes: Loudness of each channel, filled while the windows are made.
        damage: Why a file could not be decoded to its end.
        retried: Windows that were heard twice for lack of confidence.
        improved: Those that were better the second time.
        unsaved_seconds: Sound heard since the last part was taken.
    """

    keys: tuple[str, ...]
    envelopes: list[Envelope] = field(default_factory=list)
    damage: str | None = None
    retried: int = 0
    improved: int = 0
    unsaved_seconds: float = 0.0
    _utterances: list[Utterance] = field(default_factory=list)
    _languages: dict[str, int] = field(default_factory=dict)
    _heard_until: dict[int, float] = field(default_factory=dict)
    _given: list[Part] = field(default_factory=list)
    _given_utterances: int = 0

    def go_on_from(self, parts: list[Part]) -> None:
        """Take up what somebody heard before; :meth:`windows` then leaves it out."""
        for part in parts:
            self._utterances += part.utterances
            self._heard_until |= part.heard_until
            self.retried += part.retried
            self.improved += part.improved
            for language, words in part.languages.items():
                self._languages[language] = self._languages.get(language, 0) + words
        self._given += parts
        self._given_utterances = len(self._utterances)

    def part(self) -> Part:
        """Give what was heard since the last part; the recording goes on from here if it must."""
        before = self._given
        part = Part(
            self._utterances[self._given_utterances :],
            {
                language: words - sum(given.languages.get(language, 0) for given in before)
                for language, words in self._languages.items()
            },
            dict(self._heard_until),
            self.retried - sum(given.retried for given in before),
            self.improved - sum(given.improved for given in before),
        )
        self._given.append(part)
        self._given_utterances = len(self._utterances)
        self.unsaved_seconds = 0.0
        return part

    def last_words(self, channel: int) -> str:
        """The newest text of a channel; empty before the first."""
        return next((said.text for said in reversed(self._utterances) if said.channel == channel), "")

    def windows(self, store: ObjectStore, rules: WindowRules) -> Iterator[Window]:
        """Decode the recording block by block and give its windows.

        Raises:
            NotAudioError: It cannot be decoded.
            StorageError: It cannot be read.
        """
        with ExitStack() as stack:
            opened = [
                stack.enter_context(open_recording(stack.enter_context(seekable(store, key))))
                for key in self.keys
            ]
            windowers: list[Windower] = []
            for block in _channels(opened):
                if not windowers:
                    self.envelopes = [Envelope() for _ in block]
                    windowers = [Windower(number, rules) for number in range(len(block))]
                for windower, envelope, samples in zip(windowers, self.envelopes, block, strict=True):
                    envelope.add(samples)
                    yield from self._unheard(windower.feed(samples))
            for windower, envelope in zip(windowers, self.envelopes, strict=True):
                if envelope.loudest_db() > SILENCE_DB:
                    yield from self._unheard(windower.finish())
            self.damage = next((recording.damage for recording in opened if recording.damage), None)

    def _unheard(self, windows: Iterator[Window]) -> Iterator[Window]:
        """Leave out what was heard before; a window of which less than half was heard is heard whole."""
        for window in windows:
            if (window.start + window.end) / 2 > self._heard_until.get(window.channel, 0.0):
                yield window

    def take(self, heard: Heard, window: Window) -> None:
        """Keep what the model made of one window; the windows of a channel come in order."""
        self._utterances += heard.utterances
        self._heard_until[window.channel] = window.end
        self.unsaved_seconds += window.end - window.start
        self.retried += heard.is_retried
        self.improved += heard.is_improved
        if heard.utterances:
            words = sum(len(utterance.words) for utterance in heard.utterances)
            self._languages[heard.language] = self._languages.get(heard.language, 0) + words

    def transcript(self, speakers: list[str]) -> Transcript:
        """Merge the channels by time.

        Args:
            speakers: ``agent``, ``client`` or ``unknown`` for each channel.
        """
        in_order = sorted(self._utterances, key=lambda utterance: (utterance.start, utterance.channel))
        kept, dropped = keep_spoken(
            in_order, lambda channel, start, end: self.envelopes[channel].peak_db(start, end)
        )
        kept, circling = _without_circles(kept)
        segments = [Segment(speakers[utterance.channel], utterance) for utterance in kept]
        duration = max((envelope.seconds for envelope in self.envelopes), default=0.0)
        turns = [(segment.speaker, segment.utterance.start, segment.utterance.end) for segment in segments]
        return Transcript(
            segments=segments,
            dropped=sorted(dropped + circling, key=lambda invention: invention.start),
            measures=measure(duration, turns),
            loudness=self._loudness(segments),
            duration_seconds=round(duration, 2),
            language=max(self._languages, key=lambda code: self._languages[code], default=None),
            retried=self.retried,
            improved=self.improved,
        )

    def _loudness(self, segments: list[Segment]) -> dict[str, float]:
        levels: dict[str, float] = {}
        for channel, envelope in enumerate(self.envelopes):
            own = [segment for segment in segments if segment.utterance.channel == channel]
            level = envelope.mean_db([(segment.utterance.start, segment.utterance.end) for segment in own])
            if level is not None:
                levels[own[0].speaker] = round(level, 1)
        return levels


def _channels(opened: list[Recording]) -> Iterator[list[Samples]]:
    """Blocks of one file, or of two halves side by side; a half that ends early goes on as silence."""
    if len(opened) == 1:
        for block in opened[0].blocks():
            yield list(block)
        return
    for left, right in zip_longest(*(recording.blocks() for recording in opened)):
        blocks = [None if block is None else block[0] for block in (left, right)]
        length = max(len(block) for block in blocks if block is not None)
        yield [
            np.zeros(length, np.float32) if block is None else np.pad(block, (0, length - len(block)))
            for block in blocks
        ]


def _without_circles(kept: list[Utterance]) -> tuple[list[Utterance], list[Dropped]]:
    good: list[Utterance] = []
    circling: list[Dropped] = []
    for utterance in kept:
        if runs_in_a_circle(utterance.text):
            circling.append(
                Dropped(utterance.channel, utterance.start, utterance.end, utterance.text, "repeat")
            )
        else:
            good.append(utterance)
    return good, circling


def words_as_json(utterance: Utterance) -> list[dict[str, Any]]:
    """Words as kept in ``core.transcript_segments.words``."""
    return [
        {"start": word.start, "end": word.end, "word": word.text.strip(), "confidence": word.confidence}
        for word in utterance.words
    ]
