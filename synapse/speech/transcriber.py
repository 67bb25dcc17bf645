"""The recogniser: faster-whisper with whatever model the settings name, loaded once per process."""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel, available_models

from synapse.environment import PROJECT_ROOT
from synapse.settings.sections import Asr
from synapse.speech.audio import SAMPLE_RATE
from synapse.speech.errors import SpeechModelError
from synapse.speech.utterances import Utterance, Word, utterances_of
from synapse.speech.windows import WINDOW_SECONDS, Window, WindowRules

ENGINE = "faster-whisper"
SHIPPED_MODEL = "synapse-demo"
SHIPPED_FOLDER = PROJECT_ROOT / "demo" / "speech_model" / "model"
WINDOWS_AT_ONCE = 16
SLOT_SAMPLES = int(WINDOW_SECONDS * SAMPLE_RATE)
ONE_BY_ONE_SECONDS = 300.0
LONGEST_CONTEXT = 400
"""Letters of what was said before that the model is told; it can take 224 tokens of prompt in all."""
_FRAMES_PER_SECOND = 100


@dataclass(frozen=True)
class ModelWays:
    """What a model's ``preprocessor_config.json`` may say beyond what faster-whisper reads.

    Attributes:
        own_length_seconds: It was trained on windows up to this long without padding to 30 s.
        voice_threshold: Where the voice detector should listen more closely than to people: it takes a
            formant synthesiser for voice with a probability of 0.1 to 0.5 only.
    """

    own_length_seconds: float | None = None
    voice_threshold: float = 0.5


@dataclass(frozen=True)
class Heard:
    """What the model made of one window.

    Attributes:
        utterances: In order of time, in the recording's time.
        language: Code such as ``ru``.
        is_retried: The model was asked twice, because it was unsure.
        is_improved: It was surer the second time, and that answer is here.
    """

    utterances: list[Utterance]
    language: str
    is_retried: bool = False
    is_improved: bool = False

    @property
    def confidence(self) -> float | None:
        """Mean probability of the words; None without any."""
        words = [word.confidence for utterance in self.utterances for word in utterance.words]
        return sum(words) / len(words) if words else None


@dataclass(frozen=True)
class Attempt:
    """How the model searches for the words of a window.

    Attributes:
        beam_size: Width of the search.
        patience: How many times wider the search goes on before it stops (Kasai et al. 2022).
        repetition_penalty: Above 1: words that were written already become less likely.
        prompt: Text that the model believes to have gone before.
        hotwords: Words to expect.
    """

    beam_size: int
    patience: float = 1.0
    repetition_penalty: float = 1.0
    prompt: str | None = None
    hotwords: str | None = None


SECOND_ATTEMPT = Attempt(beam_size=8, patience=2.0, repetition_penalty=1.1)
"""Searches wider, and without the prompt: what is in it is the first suspect where a model is unsure."""


@dataclass(frozen=True)
class Transcriber:
    """A loaded model with the settings that shape its answers.

    Attributes:
        name: Name of the model for people: ``synapse-demo``, ``small``, a folder's name.
        settings: Section ``asr``.
    """

    name: str
    settings: Asr
    _pipeline: Any

    @property
    def model(self) -> WhisperModel:
        """faster-whisper's own object."""
        return self._pipeline.model

    @property
    def window_rules(self) -> WindowRules:
        """How recordings are to be cut for this model."""
        ways: ModelWays = self._pipeline.ways
        seconds = ways.own_length_seconds or WINDOW_SECONDS
        return WindowRules(
            seconds, self.settings.vad, ways.voice_threshold, packs=ways.own_length_seconds is None
        )

    def goes_one_by_one(self, duration_seconds: float | None) -> bool:
        """Whether a recording's windows are heard one after another, each knowing what was said before.

        Several at a time are quicker; one by one names and endings stay the same through a call, at the risk
        that an error is carried on: ``by_length`` does so for calls of up to five minutes.
        """
        if self.settings.inference == "by_length":
            return duration_seconds is not None and duration_seconds <= ONE_BY_ONE_SECONDS
        return self.settings.inference == "sequential"

    def transcribe(self, windows: Sequence[Window], *, said_before: str = "") -> list[Heard]:
        """Recognise windows, several at a time; those of which the model is unsure once more, otherwise.

        Args:
            windows: Of any recordings.
            said_before: Text that went before a single window.

        Returns:
            One answer per window, in their order.
        """
        first = Attempt(self.settings.beam_size, prompt=self._prompt(said_before), hotwords=self._hotwords())
        answers = self._sorted(windows, first)
        if not self.settings.retry_below:
            return answers
        unsure = [
            number
            for number, heard in enumerate(answers)
            if heard.confidence is not None and heard.confidence < self.settings.retry_below
        ]
        again = self._sorted([windows[number] for number in unsure], SECOND_ATTEMPT)
        for number, heard in zip(unsure, again, strict=True):
            is_better = (heard.confidence or 0.0) > (answers[number].confidence or 0.0)
            chosen = heard if is_better else answers[number]
            answers[number] = replace(chosen, is_retried=True, is_improved=is_better)
        return answers

    def _sorted(self, windows: Sequence[Window], attempt: "Attempt") -> list[Heard]:
        order = sorted(range(len(windows)), key=lambda number: len(windows[number].samples))
        answers = self._transcribe([windows[number] for number in order], attempt)
        by_number = dict(zip(order, answers, strict=True))
        return [by_number[number] for number in range(len(windows))]

    def _transcribe(self, windows: list[Window], attempt: "Attempt") -> list[Heard]:
        """Recognise windows of like length side by side."""
        if not windows:
            return []
        sound = np.zeros(SLOT_SAMPLES * (len(windows) - 1) + len(windows[-1].samples), np.float32)
        clips = []
        for number, window in enumerate(windows):
            start = number * SLOT_SAMPLES
            sound[start : start + len(window.samples)] = window.samples
            begin = number * WINDOW_SECONDS
            clips.append({"start": begin, "end": begin + len(window.samples) / SAMPLE_RATE})
        segments, info = self._pipeline.transcribe(
            sound,
            language=None if self.settings.language == "auto" else self.settings.language,
            beam_size=attempt.beam_size,
            patience=attempt.patience,
            repetition_penalty=attempt.repetition_penalty,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=attempt.prompt,
            hotwords=attempt.hotwords,
            word_timestamps=True,
            without_timestamps=True,
            clip_timestamps=clips,
            batch_size=8,
        )
        words: list[list[Word]] = [[] for _ in windows]
        for segment in segments:
            number = min(len(windows) - 1, round(segment.seek / _FRAMES_PER_SECOND / WINDOW_SECONDS))
            words[number] += [
                Word(
                    start=float(word.start) - number * WINDOW_SECONDS,
                    end=float(word.end) - number * WINDOW_SECONDS,
                    text=word.word,
                    confidence=float(word.probability),
                    window_confidence=float(np.exp(segment.avg_logprob)),
                    no_speech=float(segment.no_speech_prob),
                )
                for word in segment.words or ()
            ]
        return [
            Heard(utterances_of(window, spoken), str(info.language))
            for window, spoken in zip(windows, words, strict=True)
        ]

    def _prompt(self, said_before: str) -> str | None:
        if self.name == SHIPPED_MODEL:  # it was never trained with a prompt
            return None
        return " ".join(filter(None, (self.settings.initial_prompt, said_before[-LONGEST_CONTEXT:]))) or None

    def _hotwords(self) -> str | None:
        if self.name == SHIPPED_MODEL:
            return None
        return ", ".join(self.settings.hotwords) or None


def load_transcriber(settings: Asr) -> Transcriber:
    """Return the transcriber of these settings; the model itself is loaded once per process.

    Raises:
        SpeechModelError: No such model, or it could not be downloaded.
    """
    return Transcriber(
        _short_name(settings.model) or SHIPPED_MODEL,
        settings,
        _pipeline(settings.model, settings.compute_type),
    )


@lru_cache(maxsize=1)
def _pipeline(model: str, compute_type: str) -> Any:
    place = _place(model)
    try:
        loaded = WhisperModel(
            place,
            device="auto",
            compute_type=compute_type,
            cpu_threads=int(os.environ.get("OMP_NUM_THREADS", "0")),
        )
    except Exception as error:
        # huggingface_hub, requests and CTranslate2 each raise their own kinds for "cannot be had"
        raise SpeechModelError(
            f"The speech model {_short_name(model) or SHIPPED_MODEL!r} could not be loaded: "
            f"{type(error).__name__}.",
            hint="Check its name and the internet connection in Settings → Speech recognition, "
            "or leave the name empty for the model that Synapse ships.",
        ) from error
    return _Pipeline(loaded, _ways(place))


class _Pipeline(BatchedInferencePipeline):  # type: ignore[misc]
    """faster-whisper's batches, without the padding to 30 s for models that can do without.

    Whisper's encoder takes as long for half a second as for half a minute only because everything is padded.
    """

    def __init__(self, model: WhisperModel, ways: ModelWays) -> None:
        super().__init__(model)
        self.ways = ways

    def forward(self, features: Any, tokenizer: Any, chunks_metadata: Any, options: Any) -> Any:
        if self.ways.own_length_seconds:
            longest = max(math.ceil(chunk["duration"]) for chunk in chunks_metadata)
            features = np.ascontiguousarray(features[..., : longest * _FRAMES_PER_SECOND])
        return super().forward(features, tokenizer, chunks_metadata, options)


def _ways(place: str) -> ModelWays:
    config = Path(place) / "preprocessor_config.json"
    if not config.is_file():
        return ModelWays()
    fields = json.loads(config.read_text(encoding="utf-8"))
    return ModelWays(fields.get("own_length_seconds"), fields.get("voice_threshold", 0.5))


def _place(model: str) -> str:
    """Where faster-whisper finds the model: a folder, or a name that it downloads."""
    if not model:
        return str(SHIPPED_FOLDER)
    if "/" in model or "\\" in model:
        folder = Path(model).expanduser()
        if folder.is_dir():
            return str(folder)
        if folder.is_absolute() or model.startswith((".", "~")):
            raise SpeechModelError(
                "The folder of the speech model does not exist.",
                hint="Give the path of a folder with model.bin in it, or a name such as small.",
            )
        return model  # a repository such as Systran/faster-whisper-small
    if model not in available_models():
        raise SpeechModelError(
            f"There is no speech model {model!r}.",
            hint=f"Choose one of {', '.join(available_models())}, or give a folder.",
        )
    return model


def _short_name(model: str) -> str:
    return Path(model).name if "/" in model or "\\" in model else model


def describe_model(name: str) -> str:
    """Say in one line which model a name in the settings means.

    Raises:
        SpeechModelError: It means none.
    """
    place = _place(name)
    folder = Path(place)
    if not folder.is_dir():
        return f"{name} (downloaded at first use)"
    weights = folder / "model.bin"
    if not weights.is_file():
        raise SpeechModelError(
            "The folder of the speech model has no model.bin.",
            hint="Convert the model for CTranslate2 first (ct2-transformers-converter).",
        )
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1_000_000
    label = SHIPPED_MODEL if not name else _short_name(name)
    return f"{label}, {size:.1f} MB" + (", closed vocabulary of the simulated company" if not name else "")


def model_fingerprint(name: str) -> str:
    """A short text that changes when the model's files change; the name for one that is downloaded."""
    folder = Path(_place(name))
    if not folder.is_dir():
        return name
    sizes = {file.name: file.stat().st_size for file in sorted(folder.iterdir()) if file.is_file()}
    return json.dumps(sizes)
