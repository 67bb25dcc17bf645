"""How the client is called: "меня зовут Ирина", "это Михаил", "очень приятно, Светлана"."""

from collections.abc import Sequence
from dataclasses import dataclass

from synapse.language.conversation import Conversation, Utterance
from synapse.language.lemmas import named_person
from synapse.language.words import PAUSES

_BEFORE_OWN_NAME = (("меня", "зовут"), ("зовут", "меня"), ("мое", "имя"), ("это",), ("я",))
_BEFORE_THE_OTHER_S_NAME = (("очень", "приятно"), ("приятно", "познакомиться"), ("спасибо",), ("благодарю",))
_MOST_WORDS = 3


@dataclass(frozen=True)
class ClientName:
    """A name in its dictionary form, lower case with е for ё: "ирина", "иван петров".

    Attributes:
        value: The words of the name in the order in which they were said.
        utterance: Position of the utterance.
        phrase: The words as they stand there.
    """

    value: str
    utterance: int
    phrase: str


def find_client_names(conversation: Conversation) -> list[ClientName]:
    """Return the names by which the client is introduced or addressed, each once, in order.

    The client's own "это …", "меня зовут …" or the bare name counts, and the agent's "очень приятно, …".
    Where the speakers are not told apart, only what nobody says of himself counts.
    """
    found: dict[str, ClientName] = {}
    for utterance in conversation.utterances:
        name = _introduction(utterance) or _address(utterance)
        if name is not None:
            found.setdefault(name.value, name)
    return list(found.values())


def _introduction(utterance: Utterance) -> ClientName | None:
    if utterance.speaker != "client":
        return None
    tokens = utterance.words.tokens
    whole = _name_at(utterance, 0)
    if whole is not None and len(whole.phrase) == len(utterance.text.strip(" .!,")):
        return whole
    return _after(utterance, tokens, _BEFORE_OWN_NAME)


def _address(utterance: Utterance) -> ClientName | None:
    if utterance.speaker == "client":
        return None
    return _after(utterance, utterance.words.tokens, _BEFORE_THE_OTHER_S_NAME)


def _after(
    utterance: Utterance, tokens: Sequence[str], openings: Sequence[tuple[str, ...]]
) -> ClientName | None:
    for start in range(len(tokens)):
        for opening in openings:
            end = start + len(opening)
            if tuple(tokens[start:end]) != opening:
                continue
            if end < len(tokens) and tokens[end] in PAUSES:
                end += 1
            name = _name_at(utterance, end)
            if name is not None:
                return name
    return None


def _name_at(utterance: Utterance, start: int) -> ClientName | None:
    """Read up to three words of a name; the first or the second must be a given name."""
    tokens = utterance.words.tokens
    words: list[str] = []
    has_given = False
    for token in tokens[start : start + _MOST_WORDS]:
        read = named_person(token)
        if read is None or (words and len(words) == 1 and not has_given and not read.is_given):
            break
        words.append(read.lemma)
        has_given = has_given or read.is_given
    if not has_given:
        return None
    phrase = utterance.words.phrase(start, start + len(words))
    return ClientName(" ".join(words), utterance.position, phrase)
