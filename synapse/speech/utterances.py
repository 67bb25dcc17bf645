"""Words of a window → utterances of one speaker in the recording's time."""

from dataclasses import dataclass

from synapse.speech.windows import Window

PAUSE_SECONDS = 0.6
"""A silence this long between two words ends an utterance."""
LONGEST_SECONDS = 15.0
"""An utterance longer than this ends at the next pause of ``SHORT_PAUSE_SECONDS``."""
SHORT_PAUSE_SECONDS = 0.25
_SENTENCE_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True)
class Word:
    """One word, in seconds of its window or of the recording.

    Attributes:
        start: When it begins.
        end: When it ends.
        text: As the model writes it, with its space in front.
        confidence: Probability that the model gave it, 0 to 1.
        window_confidence: exp of the mean log-probability of all tokens of the window.
        no_speech: Probability that nobody speaks in the window.
    """

    start: float
    end: float
    text: str
    confidence: float
    window_confidence: float = 1.0
    no_speech: float = 0.0


@dataclass(frozen=True)
class Utterance:
    """What one speaker said without a pause.

    Attributes:
        channel: 0-based channel of the recording.
        start: Seconds from the recording's beginning.
        end: Seconds from the recording's beginning.
        text: Without spaces around.
        words: In order.
    """

    channel: int
    start: float
    end: float
    text: str
    words: tuple[Word, ...]

    @property
    def confidence(self) -> float:
        """Mean probability of the words."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


def utterances_of(window: Window, words: list[Word]) -> list[Utterance]:
    """Split a window's words at pauses and where its sound was cut together, and put them into the recording.

    Args:
        window: Where the words were heard.
        words: In order, in the window's time.
    """
    groups: list[list[Word]] = []
    for word in words:
        if not groups or _is_new(window, groups[-1], word):
            groups.append([])
        groups[-1].append(word)
    made = [_utterance(window, group) for group in groups]
    return [utterance for utterance in made if utterance.text]


def _is_new(window: Window, group: list[Word], word: Word) -> bool:
    last = group[-1]
    pause = word.start - last.end
    if pause >= PAUSE_SECONDS:
        return True
    if window.stretch_number(_middle(word)) != window.stretch_number(_middle(last)):
        return True
    is_long = last.end - group[0].start > LONGEST_SECONDS
    return is_long and (pause >= SHORT_PAUSE_SECONDS or last.text.rstrip().endswith(_SENTENCE_ENDS))


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _utterance(window: Window, words: list[Word]) -> Utterance:
    stretch = window.stretches[window.stretch_number(_middle(words[0]))]
    shift = stretch.start - stretch.at
    latest = stretch.start + stretch.seconds
    placed = tuple(
        Word(
            round(min(max(stretch.start, word.start + shift), latest), 2),
            round(min(max(stretch.start, word.end + shift), latest), 2),
            word.text,
            round(word.confidence, 3),
            word.window_confidence,
            word.no_speech,
        )
        for word in words
    )
    text = "".join(word.text for word in placed).strip()
    return Utterance(window.channel, placed[0].start, placed[-1].end, text, placed)
