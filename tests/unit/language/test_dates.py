"""Dates and times in words: each phrase against a moment worked out by hand from a calendar."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from synapse.language.dates import find_moments
from synapse.language.words import tokens_of
from synapse.language.working_time import WorkingTime
from synapse.settings.sections import Calendar

ZONE = ZoneInfo("Europe/Moscow")
HOURS = WorkingTime.of(Calendar())
WEDNESDAY_NOON = datetime(2026, 3, 11, 12, 0, tzinfo=ZONE)


def due(phrase: str, now: datetime = WEDNESDAY_NOON, hours: WorkingTime = HOURS) -> str:
    moments = find_moments(tokens_of(phrase), now=now, hours=hours)
    assert len(moments) == 1, moments
    return moments[0].due_at.strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        # days
        ("перезвоню сегодня", "03-11 20:00"),
        ("перезвоню завтра", "03-12 20:00"),
        ("отправлю послезавтра", "03-13 20:00"),
        ("после завтра пришлю", "03-13 20:00"),
        ("в пятницу позвоним", "03-13 20:00"),
        ("во вторник приедем", "03-17 20:00"),
        ("в среду", "03-18 20:00"),
        ("в эту субботу", "03-14 18:00"),
        ("в следующую пятницу", "03-20 20:00"),
        ("в пятницу на следующей неделе", "03-20 20:00"),
        ("к понедельнику всё подготовлю", "03-16 20:00"),
        ("до четверга пришлю", "03-12 20:00"),
        ("в воскресенье", "03-16 20:00"),
        ("на этой неделе", "03-14 18:00"),
        ("на следующей неделе", "03-21 18:00"),
        ("до конца недели", "03-14 18:00"),
        ("в начале следующей недели", "03-17 20:00"),
        ("в середине недели", "03-12 20:00"),
        ("до конца месяца", "03-31 20:00"),
        ("после выходных", "03-16 20:00"),
        ("через день", "03-12 20:00"),
        ("через два дня", "03-13 20:00"),
        ("дня через три", "03-14 18:00"),
        ("через неделю", "03-18 20:00"),
        ("через две недели", "03-25 20:00"),
        ("через месяц", "04-11 18:00"),
        ("через три рабочих дня", "03-14 18:00"),
        ("в течение двух рабочих дней", "03-13 20:00"),
        ("в течение недели", "03-18 20:00"),
        ("пятнадцатого марта", "03-16 20:00"),
        ("двадцать пятого числа", "03-25 20:00"),
        ("пятого числа", "04-06 20:00"),
        ("к 20 марта", "03-20 20:00"),
        ("до 15-го", "03-16 20:00"),
        ("17.03 всё будет", "03-17 20:00"),
        ("17.03.2026", "03-17 20:00"),
        # a day and a time
        ("завтра после обеда", "03-12 15:00"),
        ("завтра до обеда", "03-12 12:00"),
        ("завтра утром", "03-12 12:00"),
        ("завтра с утра", "03-12 12:00"),
        ("в пятницу в три", "03-13 15:00"),
        ("в пятницу в три часа дня", "03-13 15:00"),
        ("в пятницу, часов в пять", "03-13 17:00"),
        ("завтра в десять", "03-12 10:00"),
        ("завтра в десять утра", "03-12 10:00"),
        ("завтра в девять", "03-12 09:00"),
        ("завтра в восемь", "03-12 20:00"),
        ("завтра в семь вечера", "03-12 19:00"),
        ("завтра в час", "03-12 13:00"),
        ("завтра в час дня", "03-12 13:00"),
        ("послезавтра в 15:30", "03-13 15:30"),
        ("послезавтра в пятнадцать тридцать", "03-13 15:30"),
        ("в понедельник в половине шестого", "03-16 17:30"),
        ("завтра в полтретьего", "03-12 14:30"),
        ("завтра без пятнадцати три", "03-12 14:45"),
        ("завтра без четверти пять", "03-12 16:45"),
        ("завтра вечером", "03-12 18:00"),
        ("завтра во второй половине дня", "03-12 20:00"),
        ("завтра с двух до четырёх", "03-12 16:00"),
        ("завтра после трёх", "03-12 20:00"),
        ("завтра к шести", "03-12 18:00"),
        ("завтра где-то в районе трёх", "03-12 15:00"),
        ("в субботу в одиннадцать", "03-14 11:00"),
        ("в воскресенье в двенадцать", "03-15 12:00"),
        ("через неделю в четыре", "03-18 16:00"),
        ("в три завтра", "03-12 15:00"),
        # a time alone
        ("в три", "03-11 15:00"),
        ("в 11 утра", "03-12 11:00"),
        ("вечером", "03-11 18:00"),
        ("после обеда", "03-11 15:00"),
        ("ближе к вечеру", "03-11 18:00"),
        ("до конца дня", "03-11 20:00"),
        ("в течение дня", "03-11 20:00"),
        ("до шести", "03-11 18:00"),
        # delays
        ("через пятнадцать минут", "03-11 12:15"),
        ("минут через десять", "03-11 12:10"),
        ("минут через десять-пятнадцать", "03-11 12:15"),
        ("через полчаса", "03-11 12:30"),
        ("через полчасика", "03-11 12:30"),
        ("через час", "03-11 13:00"),
        ("через час двадцать минут", "03-11 13:20"),
        ("через полтора часа", "03-11 13:30"),
        ("через пару часов", "03-11 14:00"),
        ("часа через два", "03-11 14:00"),
        ("через 20 минут", "03-11 12:20"),
        ("в течение часа", "03-11 13:00"),
        ("в течение двух часов", "03-11 14:00"),
        ("в ближайший час", "03-11 13:00"),
        ("прямо сейчас", "03-11 12:30"),
        ("в ближайшее время", "03-11 20:00"),
        ("на днях", "03-14 18:00"),
    ],
)
def test_a_phrase_becomes_the_moment_by_which_it_is_due(phrase: str, expected: str) -> None:
    assert due(phrase) == expected


@pytest.mark.parametrize(
    "phrase",
    [
        "окна в три слоя",
        "в двух словах расскажу",
        "дом пять квартира восемь",
        "пятый этаж",
        "у нас две комнаты",
        "цена от двадцати тысяч",
        "скидка в десять процентов",
        "мы на связи",
        "это было давно",
    ],
)
def test_counts_and_addresses_are_no_dates(phrase: str) -> None:
    assert find_moments(tokens_of(phrase), now=WEDNESDAY_NOON, hours=HOURS) == []


def test_a_time_that_has_passed_today_means_the_next_working_day() -> None:
    saturday_evening = datetime(2026, 3, 14, 17, 0, tzinfo=ZONE)
    assert due("в три", saturday_evening) == "03-16 15:00"


def test_this_evening_said_in_the_evening_is_due_at_closing() -> None:
    assert due("вечером", datetime(2026, 3, 11, 18, 30, tzinfo=ZONE)) == "03-11 20:00"


def test_today_said_after_closing_is_due_on_the_next_working_day() -> None:
    assert due("сегодня", datetime(2026, 3, 14, 19, 0, tzinfo=ZONE)) == "03-16 20:00"


def test_a_holiday_is_no_working_day() -> None:
    hours = WorkingTime.of(Calendar(holidays=[date(2026, 3, 12)]))
    assert due("завтра", hours=hours) == "03-13 20:00"


def test_a_bare_hour_follows_the_working_hours_of_the_day() -> None:
    night = Calendar()
    night.weekdays["thu"] = night.weekdays["mon"].model_copy(update={"opens": time(2), "closes": time(8)})  # type: ignore[union-attr]
    assert due("завтра в три", hours=WorkingTime.of(night)) == "03-12 03:00"


def test_the_time_is_the_companys_not_the_servers() -> None:
    utc = WEDNESDAY_NOON.astimezone(ZoneInfo("UTC"))
    moment = find_moments(tokens_of("завтра в три"), now=utc, hours=HOURS)[0]
    assert moment.due_at == datetime(2026, 3, 12, 15, 0, tzinfo=ZONE)
    assert moment.is_exact


def test_two_dates_in_one_sentence_are_two_moments() -> None:
    tokens = tokens_of("в пятницу не смогу, давайте в понедельник в десять")
    found = find_moments(tokens, now=WEDNESDAY_NOON, hours=HOURS)
    assert [moment.due_at.strftime("%m-%d %H:%M") for moment in found] == ["03-13 20:00", "03-16 10:00"]
