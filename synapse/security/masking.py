"""The one place where personal data is hidden from people whose role may not see it.

Queries that feed pages and exports take a :class:`Masking` and return what the reader may see, so a
template cannot forget to hide anything.
"""

import re
from dataclasses import dataclass

from synapse.security.roles import Permission, Role

_HIDDEN = "•"
# Ten or more digits, possibly parted by blanks, dashes, dots and brackets: a phone or a bank card.
_LONG_NUMBER = re.compile(r"(?<![\d.,])\+?\d(?:[\s().\-\u00a0]{0,2}\d){9,18}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def mask_phone(phone: str) -> str:
    """Keep the country's first digit and the last two: ``+79161234567`` becomes ``+7 ••• •••-••-67``."""
    digits = [character for character in phone if character.isdigit()]
    if len(digits) < 7:
        return phone
    return f"+{digits[0]} {_HIDDEN * 3} {_HIDDEN * 3}-{_HIDDEN * 2}-{''.join(digits[-2:])}"


def mask_email(email: str) -> str:
    """Keep the first letter and the domain: ``anna@example.ru`` becomes ``a•••@example.ru``."""
    name, at, domain = email.partition("@")
    if not at:
        return _HIDDEN * 3
    return f"{name[:1]}{_HIDDEN * 3}@{domain}"


def mask_name(name: str) -> str:
    """Keep initials: ``Иванова Анна`` becomes ``И. А.``; digits and mails in a name are redacted."""
    if any(character.isdigit() for character in name) or "@" in name:
        return redact(name)
    return " ".join(f"{word[0].upper()}." for word in re.findall(r"\w+", name)[:3])


def redact(text: str) -> str:
    """Hide phones, card numbers and mail addresses inside running text."""
    return _EMAIL.sub(
        lambda found: mask_email(found.group()),
        _LONG_NUMBER.sub(lambda found: _hide_number(found.group()), text),
    )


def _hide_number(number: str) -> str:
    return f"{_HIDDEN * 3}{''.join(c for c in number if c.isdigit())[-2:]}"


def format_phone(phone: str) -> str:
    """Group a Russian E.164 number for reading: ``+7 916 123-45-67``; others stay as they are."""
    match = re.fullmatch(r"\+7(\d{3})(\d{3})(\d{2})(\d{2})", phone)
    return f"+7 {match[1]} {match[2]}-{match[3]}-{match[4]}" if match else phone


@dataclass(frozen=True)
class Masking:
    """What one reader sees of personal data.

    Attributes:
        shows_identifiers: Phones, mail addresses and names are shown in full.
        shows_texts: Words of conversations are shown without redaction.
    """

    shows_identifiers: bool
    shows_texts: bool

    @classmethod
    def of(cls, role: Role) -> "Masking":
        """Return the masking that applies to a role."""
        return cls(role.may(Permission.SEE_IDENTIFIERS), role.may(Permission.READ_TRANSCRIPTS))

    def phone(self, phone: str | None) -> str | None:
        """A phone as this reader may see it; None stays None."""
        if phone is None:
            return None
        return format_phone(phone) if self.shows_identifiers else mask_phone(phone)

    def email(self, email: str | None) -> str | None:
        """A mail address as this reader may see it."""
        return email if email is None or self.shows_identifiers else mask_email(email)

    def name(self, name: str | None) -> str | None:
        """A person's or company's name as this reader may see it."""
        return name if name is None or self.shows_identifiers else mask_name(name)

    def text(self, text: str | None) -> str | None:
        """Words of a conversation as this reader may read them."""
        return text if text is None or self.shows_texts else redact(text)

    def note(self, note: str | None) -> str | None:
        """A sentence made from data (an explanation, a file name): redacted with the identifiers."""
        return note if note is None or self.shows_identifiers else redact(note)
