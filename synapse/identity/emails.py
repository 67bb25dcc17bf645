"""E-mail addresses → one lower-case form."""

import re
from functools import lru_cache

LONGEST_ADDRESS = 254
_IN_ANGLES = re.compile(r"<([^<>]+)>\s*$")
_IN_TEXT = re.compile(r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+")


@lru_cache(maxsize=1 << 14)
def parse_email(text: str | None) -> str | None:
    """Bring one address to a form that can be compared.

    Args:
        text: ``Name <a@b.ru>``, ``mailto:a@b.ru`` or a bare address.

    Returns:
        The address in lower case with the domain in Unicode, or None when it is no address. Whether the
        mailbox exists is not asked.
    """
    if not text or "@" not in text or len(text) > 2 * LONGEST_ADDRESS:
        return None
    from email_validator import EmailNotValidError, validate_email

    angled = _IN_ANGLES.search(text)
    address = (angled[1] if angled else text).strip().removeprefix("mailto:").rstrip(".,;")
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.normalized.lower()


def find_emails(text: str | None) -> list[str]:
    """Find addresses in free text: distinct, in order of appearance."""
    if not text or "@" not in text:
        return []
    found = (parse_email(match[0]) for match in _IN_TEXT.finditer(text))
    return list(dict.fromkeys(address for address in found if address))
