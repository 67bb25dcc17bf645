"""Labels of ordinary Russian: other words than the demo's, inflections, negations."""

from datetime import UTC, datetime, timedelta

import pytest

from synapse.language.conversation import Conversation, Utterance
from synapse.language.insight import Insight, understand
from synapse.language.rules import rule_book
from synapse.language.working_time import WorkingTime
from synapse.settings.sections import Calendar

HOURS = WorkingTime.of(Calendar())
NOON = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)  # Wednesday, 12:00 in Moscow


def label(*lines: str, channel: str = "call") -> Insight:
    """Label lines such as "к: сколько стоит" (client), "о: …" (agent), "?: …" (unknown)."""
    speakers = {"к": "client", "о": "agent", "?": "unknown"}
    utterances = [
        Utterance(position, speakers[line[0]], line[3:], NOON + timedelta(seconds=5 * position))  # type: ignore[arg-type]
        for position, line in enumerate(lines)
    ]
    return understand(Conversation(utterances, channel), rule_book(), HOURS)


@pytest.mark.parametrize(
    "line",
    [
        "Подскажите, а во сколько мне обойдётся балкон застеклить?",
        "Хотелось бы узнать цены на пластиковые окна.",
        "Мы планируем поставить входную дверь, что посоветуете?",
        "Я бы хотела установить жалюзи на кухне",
        "Сориентируйте по стоимости, пожалуйста",
        "Мне надо остеклить лоджию",
        "а почём у вас стеклопакеты",
        "Можно записаться на замер?",
        "нас интересуют москитные сетки",
        "Ищу, где заказать подоконник. Просчитаете?",
    ],
)
def test_who_wants_to_buy_makes_a_sales_enquiry(line: str) -> None:
    insight = label("о: Добрый день, слушаю вас", f"к: {line}")
    assert (insight.intent, insight.is_sales_enquiry, insight.is_complaint) == ("sales", True, False)
    assert any(one.field == "intent" and one.segment == 1 for one in insight.evidence)


@pytest.mark.parametrize(
    ("line", "intent"),
    [
        ("У меня створка перестала закрываться, её надо отрегулировать", "service"),
        ("Ручка отвалилась, можно мастера прислать?", "service"),
        ("Нужна регулировка балконной двери", "service"),
        ("Пришлите, пожалуйста, ремонтника, замок заклинило", "service"),
        ("Скажите, когда привезут мой заказ?", "order"),
        ("Хотела бы отменить доставку", "order"),
        ("Нам надо перенести монтаж на другой день", "order"),
        ("Мне до сих пор никто не позвонил!", "complaint"),
        ("Я требую вернуть мне деньги", "complaint"),
        ("Обещали приехать в понедельник, и так никто и не приехал", "complaint"),
        ("Буду писать жалобу в Роспотребнадзор", "complaint"),
        ("Качеством монтажа я крайне недовольна", "complaint"),
        ("Уже в пятый раз звоню, и всё без толку", "complaint"),
        ("Ой, простите, я ошибся номером", "wrong_number"),
        ("Мы занимаемся продвижением сайтов и хотим предложить сотрудничество", "spam"),
        ("С кем можно поговорить, кто отвечает за закупки?", "spam"),
        ("Спасибо, до свидания", "other"),
    ],
)
def test_other_reasons_for_a_call_are_told_apart(line: str, intent: str) -> None:
    insight = label("о: Добрый день", f"к: {line}")
    assert insight.intent == intent
    assert not insight.is_sales_enquiry
    assert insight.is_complaint == (intent == "complaint")


def test_a_buyer_who_complains_is_both() -> None:
    insight = label("к: Мне никто не перезвонил", "к: А я хочу заказать три окна")
    assert (insight.intent, insight.is_complaint, insight.is_sales_enquiry) == ("complaint", True, True)


@pytest.mark.parametrize(
    ("line", "objection"),
    [
        ("Что-то дороговато", "expensive"),
        ("Это не дорого", None),
        ("не так уж и дорого", None),
        ("Нет, дорого", "expensive"),
        ("В другой компании дешевле", "competitor"),
        ("Мне надо с мужем посоветоваться", "consult"),
        ("Хорошо, подумаем", "think"),
    ],
)
def test_an_objection_is_heard_unless_it_is_denied(line: str, objection: str | None) -> None:
    assert label("о: Тридцать тысяч рублей", f"к: {line}").objection == objection


@pytest.mark.parametrize(
    "line", ["Нет, мы ничего не хотим заказывать", "Я не хочу заказать, я хочу пожаловаться"]
)
def test_a_denied_wish_is_no_wish(line: str) -> None:
    assert not label(f"к: {line}").is_sales_enquiry


def test_what_the_agent_offers_is_not_the_clients_wish() -> None:
    assert not label("о: Вы хотите заказать окно?", "к: Нет").is_sales_enquiry


def test_topics_come_with_their_phrase() -> None:
    insight = label("к: Есть ли рассрочка и сколько идёт доставка? Гарантия какая?")
    assert set(insight.topics) == {"instalments", "delivery", "warranty"}
    assert {one.phrase for one in insight.evidence if one.field == "topic"} == {
        "рассрочка",
        "доставка",
        "Гарантия",
    }


@pytest.mark.parametrize(
    ("line", "action", "due"),
    [
        ("о: Я вас наберу завтра после обеда", "call_back", "03-12 15:00"),
        ("о: Мы свяжемся с вами в течение часа", "call_back", "03-11 13:00"),
        ("о: В пятницу в три вам позвонит наш менеджер", "call_back", "03-13 15:00"),
        ("о: Обязательно перезвоним через неделю", "call_back", "03-18 20:00"),
        ("о: Скину вам смету в ватсап вечером", "send", "03-11 18:00"),
        ("о: До конца дня вышлем коммерческое предложение", "send", "03-11 20:00"),
        ("о: Замерщик подъедет к вам послезавтра в одиннадцать", "visit", "03-13 11:00"),
        ("о: Записываю вас на замер в субботу, в двенадцать", "visit", "03-14 12:00"),
        ("о: Подготовлю расчёт к понедельнику", "other", "03-16 20:00"),
        ("к: Я сама вам перезвоню во вторник", "call_back", "03-17 20:00"),
        ("о: Перезвоню вам", "call_back", None),
    ],
)
def test_a_promise_is_known_by_who_what_and_when(line: str, action: str, due: str | None) -> None:
    (step,) = label(line).next_steps
    assert step.who == ("agent" if line[0] == "о" else "client")
    assert step.action == action
    assert (step.due_at and step.due_at.strftime("%m-%d %H:%M")) == due


@pytest.mark.parametrize(
    "line",
    [
        "к: Вы обещали перезвонить",
        "к: Мне никто не перезвонил",
        "о: Мы не перезвоним",
        "о: Замерщик может приехать в пятницу",
        "о: Вам перезвонить?",
        "к: Перезвоните мне завтра",
        "о: Если что, перезвоню",
        "о: Напоминаю, завтра к вам приедет замерщик",
        "о: Точная цена будет после замера",
    ],
)
def test_talk_of_a_step_is_no_promise(line: str) -> None:
    assert label(line).next_steps == []


def test_a_request_that_the_agent_grants_is_the_agents_promise() -> None:
    (step,) = label("к: Перезвоните мне завтра в десять утра", "о: Да, хорошо").next_steps
    assert (step.who, step.action, step.segment) == ("agent", "call_back", 0)
    assert step.due_at is not None and step.due_at.strftime("%m-%d %H:%M") == "03-12 10:00"


def test_a_refused_request_is_nothing() -> None:
    assert label("к: Перезвоните мне завтра", "о: К сожалению, не получится").next_steps == []


def test_the_time_may_stand_in_the_clients_question() -> None:
    (step,) = label("к: Завтра в четыре удобно", "о: Отлично, мастер подъедет").next_steps
    assert step.due_at is not None and step.due_at.strftime("%m-%d %H:%M") == "03-12 16:00"


def test_a_promise_made_more_exact_is_one_promise() -> None:
    (step,) = label("о: Я вам перезвоню", "к: Когда?", "о: Перезвоню завтра в десять").next_steps
    assert step.due_at is not None and step.due_at.strftime("%m-%d %H:%M") == "03-12 10:00"


def test_amounts_are_kept_as_evidence() -> None:
    insight = label("о: Получается тридцать две тысячи пятьсот рублей")
    assert [one.value for one in insight.evidence if one.field == "amount"] == [32_500]


def test_a_full_talk_scores_a_hundred_and_a_silent_one_little() -> None:
    full = label(
        "о: Добрый день, меня зовут Анна",
        "к: Хочу заказать окно",
        "о: Какой у вас размер?",
        "о: Это будет стоить двадцать тысяч рублей",
        "о: Перезвоню вам завтра",
        "о: Всего доброго, до свидания",
    )
    poor = label("о: Алло", "к: Хочу заказать окно", "о: Ну приезжайте")
    assert full.quality_score == 100
    assert poor.quality_score == 0
    assert [item.item for item in poor.checklist] == [
        "greeting",
        "name",
        "goodbye",
        "need",
        "price",
        "next_step",
    ]


def test_rudeness_of_the_agent_costs_score_but_the_clients_does_not() -> None:
    polite = label("о: Добрый день, до свидания", "к: Вы идиоты")
    rude = label("о: Добрый день, до свидания, идиот", "к: Что?")
    assert polite.quality_score is not None and rude.quality_score is not None
    assert rude.quality_score < polite.quality_score
    assert polite.toxicity == rude.toxicity == 0.7


def test_wrong_numbers_are_not_judged() -> None:
    assert label("о: Слушаю", "к: Извините, не туда попал").quality_score is None


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        (("к: Спасибо, но мы уже заказали в другой фирме",), "refusal"),
        (("о: Записал вас на замер завтра в десять",), "appointment"),
        (("о: Пришлю расчёт сегодня",), "offer"),
        (("к: Хорошо, я подумаю",), "thinking"),
        (("к: Всё работает, спасибо, починили",), "resolved"),
        (("к: Здравствуйте",), None),
    ],
)
def test_how_it_ended(lines: tuple[str, ...], outcome: str | None) -> None:
    assert label(*lines).outcome == outcome


def test_the_mood_is_the_clients() -> None:
    assert label("к: Отлично, большое спасибо, всё понравилось").sentiment == "positive"
    assert label("к: Это ужасно, я недовольна", "о: Отлично, прекрасно, супер").sentiment == "negative"
    assert label("к: Скажите адрес").sentiment == "neutral"


def test_the_summary_says_what_the_labels_say() -> None:
    summary = label(
        "к: Сколько стоит поставить окно?",
        "о: Двадцать пять тысяч рублей",
        "к: Дорого",
        "о: Перезвоню вам завтра в десять утра",
    ).summary
    assert summary == (
        "Хочет купить: цена, окна, обратный звонок. Названа сумма: 25\u00a0000\u00a0₽."
        " Возражение: дорого. Сотрудник обещает перезвонить до 12.03 10:00."
    )


def test_mono_recordings_are_labelled_without_knowing_who_speaks() -> None:
    insight = label("?: Здравствуйте, хочу заказать окно", "?: Я вам перезвоню завтра")
    assert insight.is_sales_enquiry
    assert [step.who for step in insight.next_steps] == ["unknown"]
