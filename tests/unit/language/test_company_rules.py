"""What a company's own rules do to the labels of a conversation."""

import pytest

from synapse.language.company_rules import book_of, company_version
from synapse.language.conversation import Conversation, Utterance
from synapse.language.insight import Insight, understand
from synapse.language.rules import rule_book
from synapse.language.working_time import WorkingTime
from synapse.settings.rules import ChecklistRule, Rules, TopicRule, problems_of
from synapse.settings.sections import Calendar, Settings
from synapse.settings.validation import InvalidSettingsError, check_sections

LINES = (
    "о: Добрый день, меня зовут Анна",
    "к: Здравствуйте, сколько стоит окно со скидкой по карте жителя?",
    "о: Это не ко мне. Тридцать тысяч рублей. Скажите номер карты жителя.",
    "к: Вы хамьё",
    "о: До свидания",
)


def label(rules: Rules, *lines: str) -> Insight:
    speakers = {"к": "client", "о": "agent"}
    utterances = [
        Utterance(at, speakers[line[0]], line[3:])  # type: ignore[arg-type]
        for at, line in enumerate(lines or LINES)
    ]
    return understand(Conversation(utterances), book_of(rules), WorkingTime.of(Calendar()))


def test_a_company_topic_stands_beside_the_shipped_ones_with_its_rule() -> None:
    rules = Rules(topics=[TopicRule(name="Карта жителя", when="карта житель")])
    insight = label(rules)
    assert {"price", "discount", "Карта жителя"} <= set(insight.topics)
    (evidence,) = [one for one in insight.evidence if one.value == "Карта жителя"]
    assert (evidence.rule, evidence.segment, evidence.phrase) == ("Карта жителя", 1, "карте жителя")
    assert evidence.span is not None
    assert LINES[1][3:][slice(*evidence.span)] == "карте жителя"
    assert "Карта жителя" in insight.summary


def test_a_topic_called_like_a_shipped_one_adds_to_it() -> None:
    rules = Rules(topics=[TopicRule(name="Гарантия", when="карта житель")])
    assert "warranty" in label(rules).topics
    assert "Гарантия" not in label(rules).topics


def test_a_checklist_item_is_expected_where_it_says_and_weighs_in_the_score() -> None:
    asked = ChecklistRule(name="Спросил карту", when="сотрудник: номер РЯДОМ 3 карта", points=30)
    missed = ChecklistRule(name="Предложил замер", when="сотрудник: замер*", expected_in="sales")
    elsewhere = ChecklistRule(name="Извинился", when="сотрудник: извините", expected_in="complaint")
    items = {item.item: item for item in label(Rules(checklist=[asked, missed, elsewhere])).checklist}
    assert (items["Спросил карту"].is_done, items["Спросил карту"].segment) == (True, 2)
    assert items["Спросил карту"].rule == "Спросил карту"
    assert (items["Предложил замер"].is_done, items["Предложил замер"].weight) == (False, 15)
    assert "Извинился" not in items


def test_a_stop_phrase_is_the_agents_and_costs_points() -> None:
    before = label(Rules()).quality_score
    rules = Rules(stop_phrases=["это не ко мне", "скидка"], stop_points=7)
    insight = label(rules)
    assert [(one.value, one.segment) for one in insight.evidence if one.field == "stop"] == [
        ("это не ко мне", 2)
    ]
    assert before is not None
    assert insight.quality_score == pytest.approx(before - 7, abs=0.11)


def test_a_company_adds_toxic_words_and_allows_words_of_its_trade() -> None:
    assert label(Rules()).toxicity == 0
    insight = label(Rules(toxic_words=["хамьё"]))
    assert (insight.toxicity, insight.toxicity_phrase) == (0.7, "хамьё")
    line = ("к: Поставьте сучий хвост", "к: Мне нужен козёл для пилки дров")
    assert label(Rules(), *line).toxicity > 0
    assert label(Rules(allowed_words=["козлы", "сучий", "козёл"]), *line).toxicity == 0


def test_the_version_follows_what_labels_and_nothing_else() -> None:
    assert company_version(Rules()) == ""
    assert company_version(Rules(relabel_days=10)) == ""
    one = company_version(Rules(stop_phrases=["не знаю"]))
    assert one != company_version(Rules(stop_phrases=["не знаю я"])) != ""
    assert one == company_version(Rules(stop_phrases=["не знаю"], relabel_days=5))


def test_without_company_rules_the_shipped_book_is_used() -> None:
    assert book_of(Rules()) is rule_book()


def test_every_broken_rule_is_named_by_its_place() -> None:
    rules = Rules(
        topics=[TopicRule(name="А", when="а ИЛИ"), TopicRule(name="а", when="б")],
        checklist=[ChecklistRule(name="В", when="ПАУЗА")],
        stop_phrases=["хорошо", "клиент: плохо"],
        toxic_words=["("],
    )
    assert [path for path, _ in problems_of(rules)] == [
        "topics/0/when", "topics/1/name", "checklist/0/when", "stop_phrases/1", "toxic_words/0",
    ]  # fmt: skip
    with pytest.raises(InvalidSettingsError) as refusal:
        check_sections(Settings(rules=rules))
    first = refusal.value.problems[0]
    assert (first.path, first.message.ru) == (
        "/rules/topics/0/when",
        "знак 6: здесь правило обрывается: нужны слова",
    )
