"""Rude words, also hidden ones; innocent words that look like them."""

import pytest

from synapse.language.conversation import Conversation, Utterance
from synapse.language.rules import rule_book
from synapse.language.toxicity import Toxicity, judge_toxicity, obscene_words


def judge(*lines: str) -> Toxicity:
    conversation = Conversation([Utterance(at, "client", line) for at, line in enumerate(lines)])
    return judge_toxicity(conversation, rule_book().hits(conversation))


@pytest.mark.parametrize(
    ("line", "least"),
    [
        ("вы идиоты", 0.7),
        ("какой же ты дурак", 0.7),
        ("заткнитесь уже", 0.7),
        ("вы обманщики и жулики", 0.5),
        ("что за бардак", 0.3),
        ("я тебе голову оторву", 0.9),
        ("иди на хуй", 0.9),
        ("охуели совсем", 0.9),
        ("пиздец какой-то", 0.9),
        ("сука", 0.9),
        ("суууука", 0.9),
        ("с у к а", 0.9),
        ("x у й вам", 0.0),
        ("xyй вам", 0.9),
        ("х*й вам", 0.9),
        ("бл*дь", 0.9),
        ("пидоры", 0.9),
        ("говно ваши окна", 0.6),
        ("suka blyat", 0.9),
    ],
)
def test_rude_words_weigh(line: str, least: float) -> None:
    assert judge(line).score >= least


@pytest.mark.parametrize(
    "line",
    [
        "застрахуйте меня пожалуйста",
        "это хуже чем было",
        "художник оскорблять употреблять",
        "команда мандарин скипидар",
        "требую хлеба и учебник",
        "рубля за метр, колебания цены",
        "херсонская область",
        "сукно и сучок на доске",
        "себе тебе небо ребята",
        "блюдо бляшка бляха",
        "мудрый модный",
        "вы не дурак",
        "подстрахуем вас, психуете зря",
        "потребуется сохранять",
    ],
)
def test_innocent_words_weigh_nothing(line: str) -> None:
    assert judge(line).score == 0
    assert obscene_words(line) == []


def test_the_worst_phrase_is_shown_and_more_make_it_worse() -> None:
    toxicity = judge("что за бардак", "вы идиоты")
    assert (toxicity.score, toxicity.phrase) == (0.75, "идиоты")
    assert [phrase.utterance for phrase in toxicity.phrases] == [0, 1]
    assert (toxicity.of("client"), toxicity.of("agent")) == (0.75, 0.0)


def test_no_words_of_the_dictionary_are_taken_for_obscene_by_accident() -> None:
    # A sample of ordinary words with the same letters in the middle.
    ordinary = (
        "подхалим оглохнуть сахар духи мухи петухи пастухи ступа скребок учебный лебедь жеребец погребение"
    )
    assert obscene_words(ordinary) == []
