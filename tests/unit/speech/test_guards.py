"""What recognisers invent is dropped with its reason; what people say stays."""

import pytest

from synapse.speech.guards import keep_spoken, runs_in_a_circle
from synapse.speech.utterances import Utterance, Word


def say(
    text: str, *, start: float = 0.0, end: float | None = None, channel: int = 0, **sure: float
) -> Utterance:
    words = text.split()
    until = start + 0.4 * len(words) if end is None else end
    step = (until - start) / max(1, len(words))
    made = tuple(
        Word(start + step * number, start + step * (number + 1), f" {word}", 0.9, **sure)
        for number, word in enumerate(words)
    )
    return Utterance(channel, start, until, text, made)


def loud(channel: int, start: float, end: float) -> float:
    return -25.0


def quiet(channel: int, start: float, end: float) -> float:
    return -70.0


@pytest.mark.parametrize(
    "text",
    [
        "Субтитры сделал DimaTorzok",
        "Редактор субтитров А.Семкин Корректор А.Егорова",
        "Продолжение следует...",
        "Спасибо за просмотр!",
        "Thanks for watching!",
    ],
)
def test_credits_of_subtitles_are_dropped(text: str) -> None:
    kept, dropped = keep_spoken([say(text)], loud)
    assert kept == []
    assert [invention.reason for invention in dropped] == ["credits"]
    assert dropped[0].text == text


def test_text_over_silence_is_dropped() -> None:
    kept, dropped = keep_spoken([say("да конечно")], quiet)
    assert kept == []
    assert dropped[0].reason == "silence"


def test_a_window_that_the_model_itself_takes_for_silent_is_dropped() -> None:
    kept, dropped = keep_spoken([say("алло", no_speech=0.9, window_confidence=0.2)], loud)
    assert kept == []
    assert dropped[0].reason == "no_speech"


def test_a_sure_word_in_a_window_that_may_be_silent_stays() -> None:
    kept, _ = keep_spoken([say("алло", no_speech=0.9, window_confidence=0.8)], loud)
    assert [utterance.text for utterance in kept] == ["алло"]


def test_a_loop_inside_an_utterance_is_cut_to_one_round() -> None:
    kept, dropped = keep_spoken([say("хорошо я перезвоню " + "вам завтра " * 6)], loud)
    assert kept[0].text == "хорошо я перезвоню вам завтра"
    assert dropped[0].reason == "repeat"
    assert dropped[0].text.split() == ["вам", "завтра"] * 5


def test_the_same_long_sentence_again_and_again_is_kept_twice() -> None:
    text = "мастер приедет к вам завтра"
    kept, dropped = keep_spoken([say(text, start=3.0 * number) for number in range(5)], loud)
    assert len(kept) == 2
    assert [invention.reason for invention in dropped] == ["repeat"] * 3


def test_people_may_say_yes_four_times_and_hello_thrice() -> None:
    said = ["да да да да", "алло", "алло", "алло"]
    kept, dropped = keep_spoken([say(text, start=2.0 * number) for number, text in enumerate(said)], loud)
    assert [utterance.text for utterance in kept] == said
    assert dropped == []


def test_more_letters_than_a_mouth_can_speak_are_dropped() -> None:
    kept, dropped = keep_spoken([say("добрый день компания тёплый дом меня зовут анна", end=0.3)], loud)
    assert kept == []
    assert dropped[0].reason == "too_fast"


def test_the_channels_do_not_repeat_each_other() -> None:
    text = "мастер приедет к вам завтра"
    kept, _ = keep_spoken([say(text, start=float(n), channel=n % 2) for n in range(4)], loud)
    assert len(kept) == 4


def test_text_that_compresses_too_well_runs_in_a_circle() -> None:
    assert runs_in_a_circle("и так далее, и тому подобное, " * 10)
    assert not runs_in_a_circle("добрый день компания тёплый дом меня зовут анна чем могу помочь " * 1)
