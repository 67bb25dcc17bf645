"""By what name the client is known after the talk."""

import pytest

from synapse.language.conversation import Conversation, Utterance
from synapse.language.names import find_client_names


def names(*lines: str) -> list[tuple[str, int]]:
    """Names in lines such as "к: это Ирина" (client), "о: …" (agent), "?: …" (unknown)."""
    speakers = {"к": "client", "о": "agent", "?": "unknown"}
    utterances = [
        Utterance(position, speakers[line[0]], line[3:])  # type: ignore[arg-type]
        for position, line in enumerate(lines)
    ]
    return [(one.value, one.utterance) for one in find_client_names(Conversation(utterances))]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("к: добрый день меня зовут ирина", "ирина"),
        ("к: Здравствуйте, это Михаил, я вчера звонил", "михаил"),
        ("к: Пётр", "петр"),
        ("к: Светлана.", "светлана"),
        ("к: меня зовут Иван Петров", "иван петров"),
        ("к: это Петрова Анна Сергеевна", "петрова анна сергеевна"),
        ("о: очень приятно, Наталья, чем могу помочь", "наталья"),
        ("о: спасибо павел слушаю вас", "павел"),
        ("?: очень приятно ольга", "ольга"),
    ],
)
def test_a_name_is_heard_where_it_is_given(line: str, name: str) -> None:
    assert names(line) == [(name, 0)]


@pytest.mark.parametrize(
    "line",
    [
        "о: тёплый дом, меня зовут Ольга, слушаю вас",
        "о: это Анна, компания Тёплый дом",
        "?: меня зовут сергей",
        "к: это тёплый дом?",
        "к: это дорого",
        "к: я перезвоню",
        "о: спасибо за звонок",
        "к: можно Анну к телефону",
        "к: спасибо Ольга до свидания",
    ],
)
def test_the_agent_s_name_and_other_words_are_no_client_s_name(line: str) -> None:
    assert names(line) == []


def test_a_name_said_twice_counts_once_and_the_first_time() -> None:
    assert names("к: это Ирина", "о: очень приятно Ирина", "к: Мария рядом") == [("ирина", 0)]
