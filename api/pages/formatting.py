"""How numbers, money and moments are written for a reader."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, get_currency_symbol

from api.pages.catalogues import Language, translate

Number = int | float | Decimal
_NO_BREAK = "\u00a0"
_MINUS = "\u2212"


@dataclass(frozen=True)
class Formatter:
    """Writes values in one language, zone and currency.

    Attributes:
        language: Of the page.
        zone: The company's.
        currency: ISO code.
        now: The present moment, for "today" and "ago".
    """

    language: Language
    zone: ZoneInfo
    currency: str
    now: datetime

    def count(self, value: Number | None) -> str:
        """A whole number with grouped thousands."""
        return self._decimal(value, "#,##0")

    def decimal(self, value: Number | None, digits: int = 1) -> str:
        """A number with at most ``digits`` decimals."""
        return self._decimal(value, "#,##0." + "#" * digits)

    def percent(self, share: Number | None) -> str:
        """A share as whole percent; one decimal below 10 %."""
        if share is None:
            return "–"
        percent = float(share) * 100
        digits = "#,##0.#" if abs(percent) < 10 else "#,##0"
        return self._decimal(percent, digits) + (_NO_BREAK if self.language == "ru" else "") + "%"

    def money(self, amount: Number | None) -> str:
        """Money to the whole unit: ``12 300 ₽``."""
        if amount is None:
            return "–"
        return self._with_sign(self._decimal(amount, "#,##0"))

    def short_money(self, amount: Number | None) -> str:
        """Money for a card: ``1,2 млн ₽`` from a million up, ``12 300 ₽`` below."""
        if amount is None:
            return "–"
        value = float(amount)
        if abs(value) < 1_000_000:
            return self.money(amount)
        millions = self._decimal(value / 1_000_000, "#,##0.##" if abs(value) < 10_000_000 else "#,##0.#")
        gap = _NO_BREAK if self.language == "ru" else ""
        return self._with_sign(millions + gap + translate(self.language, "unit.million"))

    def short_sign(self) -> str:
        """The currency's sign: ``₽``."""
        return get_currency_symbol(self.currency, locale="ru")

    def unit(self, value: Number | None, unit: str) -> str:
        """A value of a chart in the chart's unit."""
        writers = {"money": self.money, "percent": self.percent, "seconds": self.duration}
        return writers.get(unit, self.count)(value)

    def _with_sign(self, number: str) -> str:
        return number + _NO_BREAK + self.short_sign()

    def duration(self, seconds: Number | None) -> str:
        """``18 s``, ``4 min``, ``2 h 5 min``, ``1 d 12 h``, ``5 d``."""
        if seconds is None:
            return "–"
        whole = round(float(seconds))
        if whole < 90:
            return self._unit(str(whole), "unit.second")
        minutes = round(whole / 60)
        if minutes < 60:
            return self._unit(str(minutes), "unit.minute")
        hours, rest = divmod(minutes, 60)
        if hours < 24:
            return self._two(hours, "unit.hour", rest, "unit.minute")
        days, rest = divmod(round(minutes / 60), 24)
        return self._two(days, "unit.day", rest if days < 3 else 0, "unit.hour")

    def clock(self, seconds: Number | None) -> str:
        """Position in a sound: ``1:05`` or ``1:02:05``."""
        if seconds is None:
            return ""
        minutes, second = divmod(int(float(seconds)), 60)
        hours, minute = divmod(minutes, 60)
        return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"

    def day(self, value: date | None) -> str:
        """A day: ``24 нояб.``; with the year when it is another one."""
        if value is None:
            return "–"
        same_year = value.year == self.now.astimezone(self.zone).year
        pattern = "d MMM" if same_year else "d MMM y"
        return format_date(value, pattern, locale=self.language).replace(" ", _NO_BREAK)

    def long_day(self, value: date) -> str:
        """A day with its weekday in full: ``вторник, 24 ноября``."""
        return format_date(value, "EEEE, d MMMM", locale=self.language)

    def local_day(self, value: datetime) -> date:
        """The company's day of a moment."""
        return value.astimezone(self.zone).date()

    def weekday(self, number: int) -> str:
        """Short name of an ISO weekday."""
        monday = date(2026, 1, 5)
        return format_date(monday + timedelta(days=number - 1), "ccc", locale=self.language)

    def moment(self, value: datetime | None) -> str:
        """A moment in the company's zone: the time alone today, else day and time."""
        if value is None:
            return "–"
        local = value.astimezone(self.zone)
        clock = format_time(local, "HH:mm", locale=self.language)
        if local.date() == self.now.astimezone(self.zone).date():
            return clock
        return f"{self.day(local.date())}, {clock}".replace(" ", _NO_BREAK)

    def full_moment(self, value: datetime | None) -> str:
        """Day, year, time and zone, for a title."""
        if value is None:
            return "–"
        pattern = "d MMMM y, HH:mm:ss"
        text = format_datetime(value.astimezone(self.zone), pattern, locale=self.language)
        return f"{text} ({self.zone.key})"

    def clock_time(self, value: datetime) -> str:
        """Hours and minutes in the company's zone."""
        return format_time(value.astimezone(self.zone), "HH:mm", locale=self.language)

    def ago(self, value: datetime | None) -> str:
        """How long ago: ``5 min ago``."""
        if value is None:
            return translate(self.language, "time.never")
        seconds = (self.now - value).total_seconds()
        if seconds < 60:
            return translate(self.language, "time.just_now")
        return translate(self.language, "time.ago", span=self.duration(seconds))

    def age(self, value: datetime | None) -> str:
        """How long something has lasted since a moment."""
        return "–" if value is None else self.duration(max((self.now - value).total_seconds(), 0))

    def left(self, value: datetime) -> str:
        """How long until a moment."""
        return self.duration(max((value - self.now).total_seconds(), 0))

    def _two(self, large: int, large_key: str, small: int, small_key: str) -> str:
        tail = _NO_BREAK + self._unit(str(small), small_key) if small else ""
        return self._unit(str(large), large_key) + tail

    def _unit(self, number: str, key: str) -> str:
        return number + _NO_BREAK + translate(self.language, key)

    def _decimal(self, value: Number | None, pattern: str) -> str:
        if value is None:
            return "–"
        text = format_decimal(value, pattern, locale=self.language)
        return text.replace("-", _MINUS).replace(" ", _NO_BREAK)
