"""Numbers, money, time as people write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from api.pages.formatting import Formatter

NOW = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
RU = Formatter("ru", ZoneInfo("Europe/Moscow"), "RUB", NOW)
EN = Formatter("en", ZoneInfo("Europe/Moscow"), "RUB", NOW)


def plain(text: str) -> str:
    """No-break spaces as usual ones."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        (Decimal("12300.40"), "12 300 ₽", "12,300 ₽"),
        (Decimal("-500"), "\u2212500 ₽", "\u2212500 ₽"),
        (None, "–", "–"),
        (0, "0 ₽", "0 ₽"),
    ],
)
def test_money_has_thousands_and_a_sign(amount: Decimal | None, russian: str, english: str) -> None:
    assert plain(RU.money(amount)) == russian
    assert plain(EN.money(amount)) == english


def test_large_money_is_short_on_cards() -> None:
    assert plain(RU.short_money(1_234_567)) == "1,23 млн ₽"
    assert plain(EN.short_money(12_345_678)) == "12.3M ₽"
    assert plain(RU.short_money(999_999)) == "999 999 ₽"


def test_another_currency_has_its_own_sign() -> None:
    assert "$" in Formatter("ru", ZoneInfo("UTC"), "USD", NOW).money(5)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 с"),
        (89, "89 с"),
        (90, "2 мин"),
        (3599, "1 ч"),
        (3900, "1 ч 5 мин"),
        (36 * 3600, "1 дн. 12 ч"),
        (5 * 86400 + 3600, "5 дн."),
        (None, "–"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: int | None, written: str) -> None:
    assert plain(RU.duration(seconds)) == written


@pytest.mark.parametrize(("seconds", "written"), [(5.9, "0:05"), (65, "1:05"), (3725, "1:02:05"), (None, "")])
def test_a_position_in_a_sound_is_a_clock(seconds: float | None, written: str) -> None:
    assert RU.clock(seconds) == written


@pytest.mark.parametrize(
    ("share", "written"), [(0.583, "58 %"), (0.0412, "4,1 %"), (1, "100 %"), (None, "–")]
)
def test_a_share_is_whole_percent_unless_small(share: float | None, written: str) -> None:
    assert plain(RU.percent(share)) == written


def test_moments_are_in_the_companys_zone_and_today_has_no_date() -> None:
    assert RU.moment(datetime(2026, 11, 24, 6, 5, tzinfo=UTC)) == "09:05"
    assert plain(RU.moment(datetime(2026, 11, 23, 21, 30, tzinfo=UTC))) == "00:30"
    assert plain(RU.moment(datetime(2026, 11, 23, 20, 30, tzinfo=UTC))) == "23 нояб., 23:30"
    assert plain(EN.moment(datetime(2025, 1, 2, 12, 0, tzinfo=UTC))) == "2 Jan 2025, 15:00"


def test_weekdays_and_days_speak_the_readers_language() -> None:
    assert [RU.weekday(day) for day in (1, 7)] == ["пн", "вс"]
    assert EN.weekday(3) == "Wed"
    assert RU.long_day(date(2026, 11, 24)) == "вторник, 24 ноября"


def test_how_long_ago_and_how_long_left() -> None:
    assert plain(RU.ago(NOW - timedelta(minutes=5))) == "5 мин назад"
    assert RU.ago(None) == "никогда"
    assert plain(EN.left(NOW + timedelta(minutes=12))) == "12 min"
    assert plain(EN.left(NOW - timedelta(minutes=12))) == "0 s"
