"""The benchmark of speech recognition: a short recording → seconds, speed, transcript, word error rate."""

import io
import re
import secrets
from collections.abc import Iterator
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from synapse.errors import SynapseError
from synapse.settings.connections.report import ConnectionTestError, Fact, Finding
from synapse.settings.sections import Asr
from synapse.settings.words import Bilingual
from synapse.storage import ObjectStore

if TYPE_CHECKING:
    from synapse.speech.windows import Window

LARGEST_AUDIO = 32 << 20
_WINDOWS_AT_ONCE = 8
_MOST_WINDOWS = 16
_SHOWN_SEGMENTS = 40


def try_speech(store: ObjectStore, settings: Asr, audio: bytes, reference: str = "") -> Finding:
    """Transcribe a recording by the settings, through the pipeline that real recordings take.

    Args:
        store: The recording lies here while it is decoded.
        settings: Model and its options.
        audio: Any audio file, about 30 seconds.
        reference: What is said in it; empty: no word error rate.
    """
    from synapse.speech.listening import Listening
    from synapse.speech.transcriber import load_transcriber

    key = f"probes/{secrets.token_hex(8)}"
    store.put(key, io.BytesIO(audio))
    try:
        began = perf_counter()
        transcriber = load_transcriber(settings)
        loaded = perf_counter()
        listening = Listening((key,))
        windows = islice(listening.windows(store, transcriber.window_rules), _MOST_WINDOWS)
        while batch := _next(windows):
            for heard, window in zip(transcriber.transcribe(batch), batch, strict=True):
                listening.take(heard, window)
        names = ["agent", "client"] if len(listening.envelopes) == 2 else ["unknown"]
        transcript = listening.transcript(names + ["unknown"] * len(listening.envelopes))
        done = perf_counter()
    except SynapseError as error:
        raise ConnectionTestError(
            Bilingual(f"Распознать не удалось: {error.message}", f"Recognition failed: {error.message}"),
            Bilingual("Проверьте модель и файл.", error.hint),
        ) from error
    finally:
        store.delete(key)
    spoken = [segment.utterance for segment in transcript.segments]
    text = " ".join(utterance.text for utterance in spoken)
    seconds = done - loaded
    facts = [
        Fact(Bilingual("Модель", "Model"), transcriber.name),
        Fact(Bilingual("Длина записи", "Length"), f"{transcript.duration_seconds:.1f} s"),
        Fact(Bilingual("Распознавание", "Recognition"), f"{seconds:.1f} s"),
        Fact(Bilingual("Загрузка модели", "Loading the model"), f"{loaded - began:.1f} s"),
        Fact(
            Bilingual("Секунд на секунду звука", "Real-time factor"),
            f"{seconds / max(transcript.duration_seconds, 0.1):.2f}",
        ),
    ]
    if reference.strip():
        rate = word_error_rate(reference, text)
        facts.append(Fact(Bilingual("Ошибок в словах (WER)", "Word error rate"), f"{rate:.1%}"))
    rows = [
        (f"{segment.utterance.start:.1f}", segment.speaker, segment.utterance.text)
        for segment in transcript.segments[:_SHOWN_SEGMENTS]
    ]
    if not rows:
        silent = Bilingual("Речи в записи не слышно.", "No speech was heard in the recording.")
        return Finding(False, silent, facts=tuple(facts))
    good = Bilingual("Запись распознана.", "The recording was recognised.")
    return Finding(True, good, facts=tuple(facts), columns=("s", "speaker", "text"), rows=rows)


def _next(windows: "Iterator[Window]") -> "list[Window]":
    return list(islice(windows, _WINDOWS_AT_ONCE))


def word_error_rate(reference: str, heard: str) -> float:
    """Share of wrong, missing and added words; case, punctuation and ё do not count."""
    import jiwer

    wanted, got = _plain(reference), _plain(heard)
    if not wanted:
        return 0.0 if not got else 1.0
    return float(jiwer.wer(wanted, got))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("ё", "е")))
