"""What the rules read: a conversation as utterances in order."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from synapse.language.words import Text

Speaker = Literal["agent", "client", "unknown"]


@dataclass(frozen=True)
class Utterance:
    """One segment of a transcript, or one message.

    Attributes:
        position: Its number in the conversation, as stored.
        speaker: Who says it.
        text: What is said.
        said_at: When it was said to the end, aware; None if the conversation's start is unknown.
        start_seconds: From the beginning of the sound; None for messages.
        end_seconds: Its end, likewise.
    """

    position: int
    speaker: Speaker
    text: str
    said_at: datetime | None = None
    start_seconds: float | None = None
    end_seconds: float | None = None

    @cached_property
    def words(self) -> Text:
        """The text with its tokens."""
        return Text(self.text)


@dataclass(frozen=True)
class Sound:
    """How a call sounded, as stored with its transcript; None where nobody measured it."""

    silence_seconds: float | None = None
    overlap_seconds: float | None = None
    agent_talk_ratio: float | None = None
    client_talk_ratio: float | None = None
    agent_interruptions: int | None = None
    client_interruptions: int | None = None


@dataclass(frozen=True)
class Conversation:
    """What was said.

    Attributes:
        utterances: In order of time.
        channel: ``call`` or the messenger's name.
        seconds: Length of the sound; None for messages.
        sound: Measures of the sound; None for messages.
    """

    utterances: list[Utterance] = field(default_factory=list)
    channel: str = "call"
    seconds: float | None = None
    sound: Sound | None = None
