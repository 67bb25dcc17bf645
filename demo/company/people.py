"""People outside: who they are and how they can be reached."""

import random
from dataclasses import dataclass, field

from demo.phrases import MEN, WOMEN

_SURNAMES = (
    "Иванов",
    "Петров",
    "Сидоров",
    "Кузнецов",
    "Попов",
    "Васильев",
    "Смирнов",
    "Михайлов",
    "Ёлкин",
    "Фомин",
    "Давыдов",
    "Беляев",
    "Тарасов",
    "Комаров",
    "Киселёв",
    "Гусев",
    "Титов",
    "Кудрявцев",
    "Баранов",
    "Щукин",
)
_OPERATORS = (
    "903",
    "905",
    "906",
    "909",
    "910",
    "915",
    "916",
    "917",
    "925",
    "926",
    "929",
    "963",
    "977",
    "985",
)
_MAILS = ("mail.ru", "yandex.ru", "gmail.com", "bk.ru", "inbox.ru")
_LATIN = dict(zip("абвгдежзийклмнопрстуфхыэё", "abvgdegziyklmnoprstufhyee", strict=True)) | {
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ъ": "",
}


@dataclass(slots=True)
class Person:
    """Somebody who calls, writes or buys.

    Attributes:
        person_id: ``P000001`` …
        given, surname: Name; ``feminine`` says the gender.
        phones: E.164, the first is the usual one.
        busy_until: Epoch until which the person (or the household at this phone) is in a call.
    """

    person_id: str
    given: str
    surname: str
    feminine: bool
    phones: list[str]
    email: str
    telegram_id: int = 0
    telegram_name: str = ""
    clients: list[str] = field(default_factory=list)
    code: str = ""
    busy_until: int = 0
    last_sales_at: int = -(10**10)
    enquiry: str = ""
    thread_messages: int = 0
    sessions: int = 0

    @property
    def phone(self) -> str:
        """The usual phone, E.164."""
        return self.phones[0]

    @property
    def full_name(self) -> str:
        """Surname and given name with capitals."""
        return f"{self.surname} {self.given.capitalize()}"


def latin(text: str) -> str:
    """Transliterate a lower-case Russian word for an address."""
    return "".join(_LATIN.get(letter, letter) for letter in text.lower())


class Census:
    """Makes people, each with phones nobody else has."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._numbers = 0
        self.count = 0
        self._stride = rng.randrange(1, 10**7) | 1

    def phone(self) -> str:
        """A mobile number that was never given out before."""
        self._numbers += 1
        mixed = self._numbers * 7_368_787 % 10**7
        operator = _OPERATORS[(self._numbers // 10**7 + mixed % len(_OPERATORS)) % len(_OPERATORS)]
        return f"+7{operator}{(mixed + self._stride) % 10**7:07d}"

    def person(self, *, phone: str | None = None) -> Person:
        """A new person; with ``phone`` one who shares a household's number."""
        rng = self._rng
        self.count += 1
        feminine = rng.random() < 0.55
        given = rng.choice(WOMEN if feminine else MEN)
        surname = rng.choice(_SURNAMES)
        if feminine:
            surname = surname + "а"
        phones = [phone or self.phone()]
        if phone is None and rng.random() < 0.12:
            phones.append(self.phone())
        email = f"{latin(given)}.{latin(surname)}{self.count}@{rng.choice(_MAILS)}"
        return Person(f"P{self.count:06d}", given, surname, feminine, phones, email)


def spell_on_line(phone: str, rng: random.Random) -> str:
    """How a trunk shows an E.164 number."""
    digits = phone[1:]
    style = rng.random()
    if style < 0.55:
        return digits
    if style < 0.75:
        return phone
    if style < 0.9:
        return "8" + digits[1:]
    return digits[1:]


def spell_by_hand(phone: str, rng: random.Random) -> str:
    """How people type an E.164 number into 1C or a form."""
    a, b, c, d = phone[2:5], phone[5:8], phone[8:10], phone[10:12]
    forms = (
        phone,
        phone[1:],
        f"8{phone[2:]}",
        f"+7 ({a}) {b}-{c}-{d}",
        f"8 ({a}) {b}-{c}-{d}",
        f"8-{a}-{b}-{c}-{d}",
        f"8 {a} {b} {c} {d}",
        f"{a} {b}-{c}-{d}",
        f"+7 {a} {b}{c}{d}",
    )
    return rng.choice(forms)
