"""Section ``rules``: what a company adds to the rules that ship with Synapse."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from synapse.language.expression import LONGEST, ExpressionError, parse, scopes_in
from synapse.settings.base import Section
from synapse.settings.words import DAYS, POINTS, Bilingual, Words

RuleName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_WHEN = Words(
    "Когда",
    "When",
    Bilingual("клиент: дорого ИЛИ слишком ~ цена", "client: expensive OR too ~ high"),
)


class TopicRule(Section):
    """A topic, and when a conversation has it."""

    name: Annotated[RuleName, Words("Тема", "Topic")]
    when: Annotated[str, _WHEN] = Field(max_length=LONGEST)


class ChecklistRule(Section):
    """An item of the checklist, and what does it."""

    name: Annotated[RuleName, Words("Пункт", "Item")]
    when: Annotated[str, _WHEN] = Field(max_length=LONGEST)
    points: Annotated[int | None, Words("Вес", "Weight", Bilingual("Пусто — 15", "Empty: 15"), POINTS)] = (
        Field(None, ge=1, le=100)
    )
    expected_in: Annotated[
        Literal["sales", "service", "complaint"] | None,
        Words("Ждать в", "Expected in", Bilingual("Пусто — в каждом разговоре", "Empty: everywhere")),
    ] = None


class Rules(Section):
    """Topics, checklist, stop phrases and rude words of one company; docs/rules.md is the manual."""

    title: ClassVar[Bilingual] = Bilingual("Правила и слова", "Rules and words")

    topics: Annotated[
        list[TopicRule],
        Words(
            "Темы",
            "Topics",
            Bilingual(
                "Слова — в любой форме, «в кавычках» — точно. Команды — большими буквами: И, ИЛИ, НЕ, БЕЗ, "
                "РЯДОМ 5. Кто и когда: клиент:, сотрудник:, начало 30 с:, конец 20 %:. Звук: ПАУЗА > 20, "
                "ПЕРЕБИВАНИЯ > 3. Название готовой темы («цена») дополняет её",
                "Words in any form, “in quotes” exactly. Commands in capitals: AND, OR, NOT, WITHOUT, "
                "NEAR 5. Who and where: client:, agent:, first 30 s:, last 20 %:. Sound: PAUSE > 20, "
                "INTERRUPTIONS > 3. The name of a shipped topic adds to it",
            ),
        ),
    ] = Field(default_factory=list, max_length=300)
    checklist: Annotated[
        list[ChecklistRule],
        Words(
            "Чек-лист",
            "Checklist",
            Bilingual(
                "Что должно прозвучать; из весов складывается оценка разговора",
                "What has to be said; the score of a conversation is made of the weights",
            ),
        ),
    ] = Field(default_factory=list, max_length=50)
    stop_phrases: Annotated[
        list[str],
        Words(
            "Стоп-фразы",
            "Stop phrases",
            Bilingual(
                "Чего сотрудник говорить не должен: строка на правило",
                "What agents must not say: a rule a line",
            ),
            widget="lines",
        ),
    ] = Field(default_factory=list, max_length=500)
    stop_points: Annotated[
        int,
        Words("Снимать за стоп-фразу", "A stop phrase costs", unit=POINTS),
    ] = Field(10, ge=0, le=100)
    toxic_words: Annotated[
        list[str],
        Words(
            "Ещё токсичные слова",
            "More toxic words",
            Bilingual("Слово, фраза или правило на строке", "A word, a phrase or a rule a line"),
            widget="lines",
        ),
    ] = Field(default_factory=list, max_length=2000)
    allowed_words: Annotated[
        list[str],
        Words(
            "Не считать токсичными",
            "Never toxic",
            Bilingual("Слова вашего ремесла, в любой форме", "Words of your trade, in any form"),
            widget="lines",
        ),
    ] = Field(default_factory=list, max_length=2000)
    relabel_days: Annotated[
        int,
        Words(
            "Пересчитывать разговоры за",
            "Label anew what began within",
            Bilingual(
                "Новые правила меняют метки разговоров не старше этого",
                "Changed rules change the labels of conversations no older than this",
            ),
            DAYS,
        ),
    ] = Field(90, ge=1, le=3650)


def problems_of(rules: Rules) -> Iterator[tuple[str, Bilingual]]:
    """Yield (path within the section, what is wrong) for every rule that cannot be used."""
    yield from _named("topics", rules.topics)
    yield from _named("checklist", rules.checklist)
    for name in ("stop_phrases", "toxic_words"):
        for position, text in enumerate(getattr(rules, name)):
            problem = _unreadable(text) or (_spoken_by_clients(text) if name == "stop_phrases" else None)
            if problem is not None:
                yield f"{name}/{position}", problem


def _named(name: str, listed: Sequence[TopicRule | ChecklistRule]) -> Iterator[tuple[str, Bilingual]]:
    for position, one in enumerate(listed):
        problem = _unreadable(one.when)
        if problem is not None:
            yield f"{name}/{position}/when", problem
        if one.name.lower() in {other.name.lower() for other in listed[:position]}:
            yield f"{name}/{position}/name", Bilingual("такое название уже есть", "this name stands twice")


def _unreadable(text: str) -> Bilingual | None:
    try:
        parse(text)
    except ExpressionError as error:
        return error.words
    return None


def _spoken_by_clients(text: str) -> Bilingual | None:
    if not any(scope.side == "client" for scope in scopes_in(parse(text))):
        return None
    return Bilingual(
        "стоп-фразы — слова сотрудника: уберите клиент:", "stop phrases are agents' words: drop client:"
    )
