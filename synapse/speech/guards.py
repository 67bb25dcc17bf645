"""Drop what a recogniser is known to invent, and keep the reason."""

import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files

from synapse.speech.utterances import Utterance, Word

NO_SPEECH = 0.6
NO_SPEECH_CONFIDENCE = 0.37
"""exp(−1.0): with both, Whisper's own code takes a window as silent."""
SILENT_DB = -60.0
"""Text over a stretch that never rises above this level was not spoken."""
MOST_LETTERS_PER_SECOND = 40.0
LEAST_WORDS_OF_A_LOOP = 4
REPEATS_OF_A_LOOP = 4
REPEATED_UTTERANCES = 3
LEAST_LETTERS_TO_COMPRESS = 100
MOST_COMPRESSION = 2.4
"""Text that zlib shrinks by more than this runs in a circle (the same limit as OpenAI's)."""
PREFIX_CREDITS = (
    "редактор субтитров",
    "субтитры сделал",
    "субтитры предоставлены",
    "субтитры подогнал",
    "subtitles by",
    "captions by",
)


@dataclass(frozen=True)
class Dropped:
    """An invention.

    Attributes:
        channel: 0-based channel.
        start: Seconds.
        end: Seconds.
        text: What the model wrote.
        reason: ``credits``, ``repeat``, ``silence``, ``no_speech`` or ``too_fast``.
    """

    channel: int
    start: float
    end: float
    text: str
    reason: str

    def as_json(self) -> dict[str, object]:
        """As kept in ``core.transcripts.dropped``."""
        return asdict(self)


PeakLevel = Callable[[int, float, float], float]
"""(channel, start, end) → level of the loudest moment in dBFS."""


def keep_spoken(utterances: Iterable[Utterance], peak_db: PeakLevel) -> tuple[list[Utterance], list[Dropped]]:
    """Separate what was said from what was invented.

    Args:
        utterances: Of one recording, those of a channel in order of time.
        peak_db: How loud the recording is where a text stands.

    Returns:
        Utterances to keep (loops inside them cut to one round), and what was dropped.
    """
    kept: list[Utterance] = []
    dropped: list[Dropped] = []
    run: dict[int, tuple[str, int]] = {}  # channel → text and how often it came in a row
    for utterance in utterances:
        plain = plain_text(utterance.text)
        text, count = run.get(utterance.channel, ("", 0))
        run[utterance.channel] = (plain, count + 1 if plain == text else 1)
        reason = _reason(utterance, plain, run[utterance.channel][1], peak_db)
        if reason:
            dropped.append(_drop(utterance, utterance.words, reason))
            continue
        whole, loop = _without_loop(utterance)
        kept.append(whole)
        if loop:
            dropped.append(_drop(utterance, loop, "repeat"))
    return kept, dropped


def _drop(utterance: Utterance, words: tuple[Word, ...], reason: str) -> Dropped:
    text = "".join(word.text for word in words).strip()
    return Dropped(utterance.channel, words[0].start, words[-1].end, text, reason)


def _reason(utterance: Utterance, plain: str, times: int, peak_db: PeakLevel) -> str | None:
    word = utterance.words[0]
    is_unheard = word.no_speech > NO_SPEECH and word.window_confidence < NO_SPEECH_CONFIDENCE
    if is_unheard or not plain:
        return "no_speech"
    if plain in credits_of_subtitles() or plain.startswith(PREFIX_CREDITS):
        return "credits"
    if peak_db(utterance.channel, utterance.start, utterance.end) < SILENT_DB:
        return "silence"
    if len(plain) > 10 and len(plain) / max(0.01, utterance.end - utterance.start) > MOST_LETTERS_PER_SECOND:
        return "too_fast"
    if times >= REPEATED_UTTERANCES and len(plain.split()) >= LEAST_WORDS_OF_A_LOOP:
        return "repeat"
    return None


def _without_loop(utterance: Utterance) -> tuple[Utterance, tuple[Word, ...]]:
    """Cut a phrase that the model repeats again and again down to its first time."""
    plain = [plain_text(word.text) for word in utterance.words]
    for size in range(1, len(plain) // REPEATS_OF_A_LOOP + 1):
        for start in range(len(plain) - size * REPEATS_OF_A_LOOP + 1):
            phrase = plain[start : start + size]
            end = start + size
            while plain[end : end + size] == phrase:
                end += size
            rounds = (end - start) // size
            if rounds >= REPEATS_OF_A_LOOP and (
                size > 1 or rounds >= 2 * REPEATS_OF_A_LOOP or _is_long(phrase)
            ):
                cut = utterance.words[start + size : end]
                left = utterance.words[: start + size] + utterance.words[end:]
                text = "".join(word.text for word in left).strip()
                return replace(utterance, words=left, text=text, end=left[-1].end), cut
    return utterance, ()


def _is_long(phrase: list[str]) -> bool:
    return len("".join(phrase)) > 5  # "да да да да" is said; "здравствуйте" four times is not


def runs_in_a_circle(text: str) -> bool:
    """Whether zlib shrinks a long text so much that it must repeat itself."""
    encoded = text.encode()
    return (
        len(text) >= LEAST_LETTERS_TO_COMPRESS
        and len(encoded) / len(zlib.compress(encoded)) > MOST_COMPRESSION
    )


def plain_text(text: str) -> str:
    """Lower case, letters and digits only, single spaces."""
    return " ".join(re.findall(r"\w+", text.lower()))


@cache
def credits_of_subtitles() -> frozenset[str]:
    """The phrases of ``inventions.txt``."""
    lines = files("synapse.speech").joinpath("inventions.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(plain_text(line) for line in lines if line and not line.startswith("#"))
