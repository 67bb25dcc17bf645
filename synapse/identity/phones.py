"""Phone numbers as people, PBXs and accounting programs write them → E.164.

The rules of validity are those of libphonenumber. Russian mobile numbers, which are nearly all of the
traffic, take a short way that gives the same answer (a property test holds both together).
"""

import re
from functools import lru_cache

import phonenumbers

CACHE = 1 << 16
EXTENSION_MAX_DIGITS = 5
LONGEST_FIELD = 64

_SEPARATORS = str.maketrans("", "", " \u00a0\u202f\t()-–—‑.")
# Some numbers with the code 930 are given to nobody: that code takes the long way.
_MOBILE = re.compile(r"(?:\+?7|8)?(9(?!30)\d{9})", re.ASCII)
# Where only these separators stand, none need be taken out first.
_USUAL_MOBILE = re.compile(r"(?:\+?7|8)?[ -]?\(?(9(?!30)\d\d)\)?[ -]?(\d{3})[ -]?(\d\d)[ -]?(\d\d)", re.ASCII)
_MOBILE_IN_TEXT = re.compile(
    r"(?<![\d+])(?:\+?7|8)?[\s\u00a0(–-]{0,3}(9(?!30)\d{2})[\s\u00a0)–-]{0,3}(\d{3})[\s\u00a0–-]?(\d{2})[\s\u00a0–-]?(\d{2})"
    r"(?![\d-])",
    re.ASCII,
)
_TEN_DIGITS = re.compile(r"\d(?:\D{0,3}\d){9}", re.ASCII)


def parse_phone(text: str | None, region: str = "RU") -> str | None:
    """Bring one phone number to E.164.

    Args:
        text: A field that holds one number in any spelling: ``8…``, ``7…``, ``+7…``, ten digits, separators,
            an extension after it.
        region: Country of numbers written without a country code (ISO 3166-1 alpha-2).

    Returns:
        ``+79161234567``; None for internal extensions (five digits or fewer), hidden callers, short service
        numbers and whatever is no valid number.
    """
    if not text or len(text) > LONGEST_FIELD:
        return None
    if region == "RU":
        usual = _USUAL_MOBILE.fullmatch(text)
        if usual:
            return "+7" + "".join(usual.groups())
        mobile = _MOBILE.fullmatch(text.translate(_SEPARATORS))
        if mobile:
            return "+7" + mobile[1]
    return _parse(text, region)


@lru_cache(maxsize=CACHE)
def _parse(text: str, region: str) -> str | None:
    digits = "".join(filter(str.isdecimal, text))
    if len(digits) <= EXTENSION_MAX_DIGITS:
        return None
    for candidate in _spellings(text, digits, region):
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _spellings(text: str, digits: str, region: str) -> list[str]:
    spellings = [text]
    if region == "RU" and len(digits) == 11 and digits[0] == "8":
        spellings.append("+7" + digits[1:])  # "+8 916 …" is a usual slip
    if len(digits) >= 11 and "+" not in text and digits == text.translate(_SEPARATORS):
        spellings.append("+" + digits)  # trunks drop the plus of foreign numbers
    return spellings


def find_phones(text: str | None, region: str = "RU") -> list[str]:
    """Find phone numbers in free text.

    A bare run of ten digits counts only as a mobile number: tax numbers have ten digits too.

    Args:
        text: A comment or a message.
        region: Country of numbers written without a country code.

    Returns:
        Distinct E.164 numbers in order of appearance.
    """
    if not text or not _TEN_DIGITS.search(text):
        return []
    return list(_find(text, region))


@lru_cache(maxsize=4096)
def _find(text: str, region: str) -> tuple[str, ...]:
    found: dict[str, int] = {}
    rest = text
    if region == "RU":
        for match in _MOBILE_IN_TEXT.finditer(text):
            found.setdefault("+7" + "".join(match.groups()), match.start())
        rest = _MOBILE_IN_TEXT.sub(lambda match: "\n" * len(match[0]), text)
    if _TEN_DIGITS.search(rest):
        for other in phonenumbers.PhoneNumberMatcher(rest, region):
            written = other.raw_string.strip()
            if not (written.isdecimal() and len(written) == 10):
                number = phonenumbers.format_number(other.number, phonenumbers.PhoneNumberFormat.E164)
                found.setdefault(number, other.start)
    return tuple(sorted(found, key=lambda number: found[number]))
