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
    """

    position: int
    speaker: Speaker
    text: str
    said_at: datetime | None = None

    @cached_property
    def words(self) -> Text:
        """The text with its tokens."""
        return Text(self.text)


@dataclass(frozen=True)
class Conversation:
    """Utterances in order of time; ``channel`` is ``call`` or the messenger's name."""

    utterances: list[Utterance] = field(default_factory=list)
    channel: str = "call"
