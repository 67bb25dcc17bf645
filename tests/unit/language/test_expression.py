"""The language of company rules: what it says, where it hits, and what it refuses."""

import pytest

from synapse.language.conversation import Conversation, Sound, Utterance
from synapse.language.expression import ExpressionError, parse
from synapse.language.rules import Company, CompanyRule, Hit, Rule, RuleBook

TALK = (
    ("agent", "Добрый день, компания Тёплый дом, слушаю вас"),
    ("client", "Здравствуйте, у меня дует из окна, это очень дорого чинить?"),
    ("agent", "Не дорого, оформим рассрочку"),
    ("client", "Рассрочка мне не нужна, до свидания"),
)


def talk(*lines: tuple[str, str], channel: str = "call") -> Conversation:
    """Each line lasts four seconds, with a second between; a quarter of a minute before the last line."""
    lines = lines or TALK
    starts = [5.0 * at for at in range(len(lines) - 1)] + [5.0 * (len(lines) - 1) + 15]
    utterances = [
        Utterance(at, side, text, None, start, start + 4)  # type: ignore[arg-type]
        for at, ((side, text), start) in enumerate(zip(lines, starts, strict=True))
    ]
    sound = Sound(17.0, 2.0, 0.6, 0.3, 1, 3)
    return Conversation(utterances, channel, starts[-1] + 4, sound)


def hits(when: str, conversation: Conversation | None = None) -> list[Hit]:
    rule = Rule(field="topic", value="t", name="t", phrases=[when])
    book = RuleBook([], Company(rules=(CompanyRule(rule, parse(when)),)))
    return book.hits(conversation or talk())


def said(when: str, conversation: Conversation | None = None) -> list[tuple[int | None, str]]:
    return [(hit.segment, hit.phrase) for hit in hits(when, conversation)]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("окно", [(1, "окна")]),
        ("окошко/окно", [(1, "окна")]),
        ('"окно"', []),
        ('"окна"', [(1, "окна")]),
        ("рассроч*", [(2, "рассрочку"), (3, "Рассрочка")]),
        ("добрый день", [(0, "Добрый день")]),
        ("дуть ~2 окно", [(1, "дует из окна")]),
        ("это ?очень дорого", [(1, "это очень дорого")]),
        ("клиент: рассрочка", [(3, "Рассрочка")]),
        ("Agent: рассрочка", [(2, "рассрочку")]),
        ("кредит ИЛИ рассрочка", [(2, "рассрочку"), (3, "Рассрочка")]),
        ("клиент: дорого И сотрудник: рассрочка", [(1, "дорого"), (2, "рассрочку")]),
        ("клиент: дорого И сотрудник: кредит", []),
        ("окно НЕ рассрочка", []),
        ("окно И НЕ кредит", [(1, "окна")]),
        ("рассрочка БЕЗ свидание", [(2, "рассрочку")]),
        ("чинить РЯДОМ 6 окно", [(1, "окна, это очень дорого чинить")]),
        ("чинить РЯДОМ 1 окно", []),
        ("окно NEAR чинить AND NOT кредит", [(1, "окна, это очень дорого чинить")]),
        ("начало 5 с: добрый день", [(0, "Добрый день")]),
        ("начало 5 с: окно", []),
        ("начало 50 %: окно", [(1, "окна")]),
        ("конец 10 с: рассрочка", [(3, "Рассрочка")]),
        ("конец 1 реплика: до свидания", [(3, "до свидания")]),
        ("конец 1 мин: клиент: (окно ИЛИ свидание)", [(1, "окна"), (3, "свидания")]),
        ("ПАУЗА > 10", [(3, "пауза 16\u00a0с")]),
        ("начало 10 с: ПАУЗА > 10", []),
        ("ПАУЗА < 10", []),
        ("ПЕРЕБИВАНИЯ >= 4", [(None, "перебиваний: 4")]),
        ("сотрудник: ПЕРЕБИВАНИЯ >= 4", []),
        ("сотрудник: РЕЧЬ > 50 %", [(None, "доля речи 60\u00a0%")]),
        ("окно И ТИШИНА ≥ 15", [(None, "тишина всего 17\u00a0с"), (1, "окна")]),
        ("ОДНОВРЕМЕННО > 2 с", []),
    ],
)
def test_a_rule_finds_its_words_where_it_says(when: str, found: list[tuple[int | None, str]]) -> None:
    assert said(when) == found


def test_a_denied_word_is_no_hit_unless_the_rule_has_the_denial() -> None:
    assert said("сотрудник: дорого") == []
    assert said("сотрудник: не ~2 дорого") == [(2, "Не дорого")]


def test_the_evidence_names_characters_of_the_utterance() -> None:
    (hit,) = hits("окно")
    assert hit.span is not None
    assert TALK[1][1][slice(*hit.span)] == "окна"


def test_an_unknown_speaker_counts_for_both_sides() -> None:
    unknown = talk(("unknown", "Это дорого"), ("unknown", "Рассрочка"))
    assert len(said("клиент: дорого И сотрудник: рассрочка", unknown)) == 2


def test_messages_have_a_beginning_but_no_seconds_and_no_sound() -> None:
    texts = ("Есть скидка?", "Нет", "Жаль", "скидка")
    chat = Conversation([Utterance(at, "client", text) for at, text in enumerate(texts)], "telegram")
    assert said("начало 25 %: скидка", chat) == [(0, "скидка")]
    assert said("начало 60 с: скидка", chat) == []
    assert said("ПАУЗА < 100 ИЛИ ТИШИНА < 100", chat) == []


@pytest.mark.parametrize(
    ("when", "position", "part"),
    [
        ("", 1, "обрывается"),
        ("окно ИЛИ", 9, "обрывается"),
        ("окно ИЛИ дверь И балкон", 16, "скобки"),
        ("(окно", 1, "не закрыта"),
        ("окно)", 5, "лишняя"),
        ("окно кленд: дверь", 6, "«кленд:»"),
        ('дверь "окно', 7, "кавычка"),
        ("дверь | окно", 7, "«|»"),
        ("НЕ окно", 1, "перед «НЕ»"),
        ("ПАУЗА", 1, "например ПАУЗА > 10"),
        ("ПАУЗА > 3 %", 10, "«%»"),
        ("РЕЧЬ > 30 %", 1, "чья речь"),
        ("начало 30: окно", 1, "в чём мерить"),
        ("начало 30 с: ТИШИНА > 3", 1, "всего разговора"),
        ("окно РЯДОМ (ТИШИНА > 3)", 12, "только слова"),
        ("~3", 1, "хотя бы одно"),
        ("(" * 20 + "а" + ")" * 20, 14, "слишком много скобок"),
        ("а" * 1001, 1001, "1000"),
    ],
)
def test_a_broken_rule_says_where_and_what(when: str, position: int, part: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(when)
    assert refusal.value.words.ru.startswith(f"знак {position}: ")
    assert part in refusal.value.words.ru
