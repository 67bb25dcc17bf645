"""Numbers, dates and kinds as 1C writes them."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from synapse.landing.records import RowError

_SPACES = str.maketrans(
    {" ": None, "\u00a0": None, "\u202f": None, "\u2009": None, "'": None, "−": "-", "–": "-"}
)
_PLAIN = re.compile(r"-?\d{1,12}(?:[.,]\d{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"(?:руб(?:лей|ля|ль)?\.?|р\.?|₽|rub|rur)$", re.IGNORECASE)
_GROUPED = re.compile(r"(-?\d{1,3}([.,])\d{3}(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,2}))?", re.ASCII)
_DATE = re.compile(
    r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:г\.?)?(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII
)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_DOCUMENT = re.compile(
    r"(?P<kind>\D*?)\s*№?\s*(?P<number>[\w/-]*\d[\w/-]*)\s+от\s+"
    r"(?P<date>\d{1,2}\.\d{1,2}\.\d{2,4}(?: \d{1,2}:\d{2}(?::\d{2})?)?)"
)
CENT = Decimal("0.01")


def read_amount(text: str) -> str:
    """Bring an amount of money to text with a decimal point.

    Args:
        text: ``12 500,00``, ``12.500,00``, ``12,500.00``, ``-500``, ``1 200 ₽``; spaces may be non-breaking.

    Raises:
        RowError: No number, or one separator before three digits: a thousand or a fraction, nobody can tell.
    """
    plain = text.replace("\u00a0", "").replace(" ", "")
    if not _PLAIN.fullmatch(plain):
        plain = text.translate(_SPACES)
    if _PLAIN.fullmatch(plain):
        return plain.replace(",", ".")
    plain = _CURRENCY.sub("", plain)
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    grouped = _GROUPED.fullmatch(plain)
    if grouped:
        whole, mark, cents = grouped.groups()
        if not cents and whole.count(mark) == 1 and not whole.lstrip("-").startswith("0"):
            raise RowError("ambiguous_amount", f"{text[:30]!r} may mean thousands or thousandths.")
        if cents or whole.count(mark) > 1:
            plain = f"{whole.replace(mark, '')}.{cents or '0'}"
    try:
        value = Decimal(plain.replace(",", ".")).quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation as error:
        raise RowError("bad_amount", f"{text[:30]!r} is no amount of money.") from error
    if not value.is_finite() or abs(value) >= 10**12:
        raise RowError("bad_amount", f"{text[:30]!r} is no amount of money.")
    return str(value)


def read_date(text: str, time: str = "") -> str:
    """Bring a date, with or without a time, to ``YYYY-MM-DD HH:MM:SS`` of the same zone.

    Args:
        text: ``24.11.2026``, ``24.11.2026 9:05:00``, ``24.11.26``, ISO 8601.
        time: ``9:05`` where the file keeps it in a column of its own.

    Raises:
        RowError: No such day.
    """
    day = text.strip()
    try:
        is_usual = len(day) == 19 and day[2] == day[5] == "." and day[13] == day[16] == ":"
        iso = f"{day[6:10]}-{day[3:5]}-{day[:2]} {day[11:]}" if is_usual else _iso(day)
        moment = datetime.fromisoformat(iso)
        if time and len(day) <= 10:
            moment = datetime.fromisoformat(f"{moment:%Y-%m-%d} {_clock(time.strip())}")
    except ValueError as error:
        raise RowError("bad_date", f"{text[:30]!r} is no date.") from error
    return iso if is_usual and not time else moment.isoformat(" ", "seconds")


def _iso(day: str) -> str:
    match = _DATE.fullmatch(day)
    if match:
        numbers = [int(group or 0) for group in match.groups()]
        year = numbers[2] if numbers[2] > 99 else 2000 + numbers[2]
        return f"{year:04}-{numbers[1]:02}-{numbers[0]:02} {numbers[3]:02}:{numbers[4]:02}:{numbers[5]:02}"
    if len(day) >= 10 and day[4:5] == "-":
        return day
    raise ValueError(day)


def _clock(text: str) -> str:
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return f"{hours:02}:{minutes:02}:{seconds:02}"


@lru_cache(maxsize=1024)
def read_kind(text: str) -> str | None:
    """``sale``, ``return`` or ``advance``; None when the words say nothing."""
    words = text.lower()
    if "возврат" in words or "return" in words or "сторно" in words:
        return "return"
    if "аванс" in words or "предоплат" in words or "задат" in words or "advance" in words:
        return "advance"
    if any(stem in words for stem in ("продаж", "реализ", "приход", "чек", "оплат", "sale", "отгруз")):
        return "sale"
    return None


def read_document(text: str) -> tuple[str, str, str] | None:
    """Split ``Чек ККМ КА00-000123 от 24.11.2026 18:06:54`` into what it is, its number and its date."""
    match = _DOCUMENT.search(text)
    return (match["kind"].strip(), match["number"], match["date"]) if match else None
