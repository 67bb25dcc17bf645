"""Stereo recordings of the newest calls: agent left, client right, 8 kHz, as a telephone hears them."""

import os
import random
import wave
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from demo.company.asterisk import recordings
from demo.company.calls import Call
from demo.company.options import Options
from demo.company.recorder import Recorder
from demo.company.truth import Truth
from demo.voice import TELEPHONE_RATE, TRAINED_VARIANTS, UNSEEN_VARIANTS, Voice, cast, say_on_telephone
from synapse.progress import Report

_GAP = 0.15


@dataclass(frozen=True)
class _Sentence:
    speaker: str
    text: str
    start: float
    voice: Voice


@dataclass(frozen=True)
class _Script:
    """What one recording holds; ``seconds`` is its length."""

    path: Path
    seconds: float
    sentences: tuple[_Sentence, ...]
    seed: int


Spoken = list[tuple[str, float, float, str]]
"""(speaker, start, end, text) in seconds from the recording's start."""


def write_recordings(options: Options, recorder: Recorder, truth: Truth, progress: Report) -> int:
    """Speak the chosen calls and spoil a few others.

    Returns:
        Seconds of audio written.
    """
    scripts = [_script(options, call) for call in recorder.audio]
    for number, (call, spoken) in enumerate(zip(recorder.audio, _speak_all(scripts), strict=True), start=1):
        for position, (speaker, start, end, text) in enumerate(spoken):
            truth.transcript(call, position, speaker=speaker, start=start, end=end, text=text)
        progress(options.days, options.days, f"recordings: {number} of {len(scripts)}")
    for number, call in enumerate(recorder.bad):
        _spoil(options.target / recordings.key(call), number)
    return int(sum(script.seconds for script in scripts))


def _script(options: Options, call: Call) -> _Script:
    assert call.dialogue is not None
    assert call.answered is not None
    begins = recordings.begins(call)
    lead = call.answered - begins
    agents = call.dialogue.agents
    sentences = []
    for turn in call.dialogue.turns:
        if turn.speaker == "agent":
            is_second = bool(call.dialogue.transfer) and turn.start >= call.dialogue.transfer_at
            agent = agents[1 if is_second else 0]
            voice = _voice(agent.extension, feminine=agent.feminine)
        else:
            assert call.person is not None
            voice = _voice(call.person.person_id, feminine=call.person.feminine)
        sentences.append(_Sentence(turn.speaker, turn.text, lead + turn.start, voice))
    path = options.target / recordings.key(call)
    return _Script(path, float(call.ended - begins), tuple(sentences), zlib.crc32(call.call_id.encode()))


def _voice(who: str, *, feminine: bool) -> Voice:
    """The same person always speaks with the same voice."""
    letter = "f" if feminine else "m"
    variants = tuple(v for v in TRAINED_VARIANTS + UNSEEN_VARIANTS if v.startswith(letter))
    return cast(variants, random.Random(zlib.crc32(who.encode())))


def _speak_all(scripts: list[_Script]) -> Iterator[Spoken]:
    """Speak each recording in a process of its own: eSpeak NG's state leaks from sentence to sentence, and
    equal seeds must give equal bytes however the work is spread."""
    if not scripts:
        return
    workers = min(len(os.sched_getaffinity(0)), 4)
    with get_context("forkserver").Pool(workers, maxtasksperchild=1) as pool:
        yield from pool.imap(_speak, scripts, chunksize=1)


def _speak(script: _Script) -> Spoken:
    """Write one recording; each sentence begins as planned or when the one before has ended."""
    length = int(script.seconds * TELEPHONE_RATE)
    chance = np.random.default_rng(script.seed)
    sides = {"agent": np.zeros(length, np.float32), "client": np.zeros(length, np.float32)}
    levels = {side: 10 ** (-chance.uniform(2, 12) / 20) for side in sides}
    spoken: Spoken = []
    free = 0.0
    for sentence in script.sentences:
        samples = say_on_telephone(sentence.text, sentence.voice) * np.float32(levels[sentence.speaker])
        begin = int(max(sentence.start, free) * TELEPHONE_RATE)
        samples = samples[: max(0, length - begin)]
        sides[sentence.speaker][begin : begin + len(samples)] += samples
        free = (begin + len(samples)) / TELEPHONE_RATE + _GAP
        end = round(free - _GAP, 2)
        spoken.append((sentence.speaker, round(begin / TELEPHONE_RATE, 2), end, sentence.text))
    for name in sides:
        noise = 10 ** (-chance.uniform(44, 58) / 20)
        sides[name] += chance.standard_normal(length, dtype=np.float32) * np.float32(noise)
    _write(script.path, np.stack([sides["agent"], sides["client"]], axis=1))
    return spoken


def _write(path: Path, samples: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(TELEPHONE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def _spoil(path: Path, number: int) -> None:
    """An empty file, a text with the wrong ending, silence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if number == 0:
        path.write_bytes(b"")
    elif number == 1:
        path.write_text("<html><body>404 Not Found</body></html>\n" * 40, encoding="utf-8")
    else:
        _write(path, np.zeros((TELEPHONE_RATE * 20, 2), np.float32))
