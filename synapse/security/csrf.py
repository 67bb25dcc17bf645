"""Changes come from our own pages: where the browser says so, or where the form carries our token.

Modern browsers send ``Sec-Fetch-Site`` and ``Origin`` with every form, and no page can forge them. A request
without both (an old browser, a script) needs a body that no foreign form can send, such as JSON, or the
token, which is bound to the person and good for a day.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from synapse.security.users import AccessDeniedError

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LIFETIME = timedelta(hours=24)
_OWN_SITES = frozenset({"same-origin", "none"})
# What a page may send to another site without being asked (the Fetch standard's safelist).
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def issue_token(key: bytes, user: str, *, now: datetime) -> str:
    """Return a token for one person's forms.

    Args:
        key: Signing key of this installation.
        user: Login name.
        now: The time of issue.
    """
    issued = str(int(now.timestamp()))
    return f"{issued}.{_signature(key, user, issued)}"


def is_valid_token(key: bytes, user: str, token: str, *, now: datetime) -> bool:
    """Whether the token was issued to this person within the last day."""
    issued, _, signature = token.partition(".")
    if not issued.isascii() or not issued.isdigit() or len(issued) > 12:
        return False
    if not hmac.compare_digest(signature.encode(), _signature(key, user, issued).encode()):
        return False
    return timedelta(0) <= now - datetime.fromtimestamp(int(issued), now.tzinfo) <= LIFETIME


def _signature(key: bytes, user: str, issued: str) -> str:
    digest = hmac.new(key, f"csrf\x00{user}\x00{issued}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def comes_from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether the browser itself says that another site makes it ask."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return True
    return headers.get("sec-fetch-site", "same-origin") not in _OWN_SITES


def needs_token(headers: Mapping[str, str]) -> bool:
    """Whether nothing but a token can show that the request is our page's.

    True for a body that a foreign form could send, from a client that does not say where it comes from.
    """
    if "origin" in headers or "sec-fetch-site" in headers:
        return False
    return headers.get("content-type", "").partition(";")[0].strip().lower() in _FORM_TYPES


def refuse_foreign(headers: Mapping[str, str]) -> None:
    """Go on only if no other site asks.

    Raises:
        AccessDeniedError: Another site makes the user's browser ask.
    """
    if comes_from_elsewhere(headers):
        raise AccessDeniedError("Another site asked for this change.", hint="Make it on Synapse's own page.")
