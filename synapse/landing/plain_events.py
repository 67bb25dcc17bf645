"""Web events of the usual shape → rows at a fraction of the cost of checking them field by field.

Whatever is unusual in any way is left to :func:`synapse.channels.web_event.parse_web_event`, which alone
decides what is refused and why; a property test holds both together.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from synapse.channels.web import is_bot
from synapse.channels.web_event import FUTURE_TOLERANCE
from synapse.landing.clock import OLDEST

_TEXT_COLUMNS = (
    "site", "session_id", "client_id", "ga_client_id", "ym_uid", "url", "referrer", "utm_source",
    "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid", "yclid", "fbclid", "phone_shown",
    "user_agent",
)  # fmt: skip
_KNOWN = frozenset(
    {"event_id", "occurred_at", "event_name", *_TEXT_COLUMNS, "scroll_depth", "consent", "properties"}
)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NAME = re.compile(r"[a-z0-9_]{1,100}", re.ASCII)
_TAIL = re.compile(r":[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z", re.ASCII)
_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d", re.ASCII)
_LONGEST_TEXT = 512
# At six bytes a character at most, and a few hundred for names, that is within the size of any event.
_LARGEST = 8000
_MAX_HOURS = 10_000

PlainRow = Callable[[dict[str, Any]], Sequence[object] | None]


def plain_row(usual_site: str, now: datetime) -> PlainRow:
    """Make what turns an event of the usual shape into a row, and anything else into None.

    Args:
        usual_site: Site of events that name none.
        now: The present moment, with zone.
    """
    is_good_hour = _hours(now)

    def convert(raw: dict[str, Any]) -> Sequence[object] | None:
        if not raw.keys() <= _KNOWN:
            return None
        get = raw.get
        event_id, at, name = get("event_id"), get("occurred_at"), get("event_name")
        consent, properties, depth = get("consent", _NONE), get("properties", _NONE), get("scroll_depth")
        texts = [get(column, "") for column in _TEXT_COLUMNS]
        try:
            joined = "".join(texts)
            is_usual = (
                _ID.fullmatch(event_id)  # type: ignore[arg-type]
                and _TAIL.fullmatch(at, 13)  # type: ignore[arg-type]
                and is_good_hour(at[:13])  # type: ignore[index]
                and _NAME.fullmatch(name)  # type: ignore[arg-type]
            )
        except TypeError:  # not text
            return None
        size = len(joined)
        if not is_usual or "\0" in joined or not _are_plain(texts, size) or not _is_depth(depth):
            return None
        if not (_has_plain_names(consent) and _has_plain_names(properties) and _is_all_flags(consent)):
            return None
        consent_json, properties_json = orjson.dumps(consent).decode(), orjson.dumps(properties).decode()
        if "\\u0000" in properties_json or "\\u0000" in consent_json:
            return None
        is_small = size + len(consent_json) + len(properties_json) <= _LARGEST
        site, *others, phone_shown, user_agent = texts
        row = (
            event_id, at, name, site or usual_site, *others, "" if depth is None else str(depth), phone_shown,
            "", "", user_agent, consent_json, properties_json,
            "t" if user_agent and is_bot(user_agent) else "f",
        )  # fmt: skip
        return row if is_small else None

    return convert


_NONE: dict[str, Any] = {}
_FLAG = frozenset({bool})


def _are_plain(texts: list[str], size: int) -> bool:
    """No spaces around any, none too long."""
    if [text.strip() for text in texts] != texts:
        return False
    return size <= _LONGEST_TEXT or max(map(len, texts)) <= _LONGEST_TEXT


def _is_depth(value: object) -> bool:
    return value is None or (type(value) is int and 0 <= value <= 100)


def _has_plain_names(value: object) -> bool:
    return type(value) is dict and list(map(str.strip, value)) == list(value)


def _is_all_flags(value: dict[str, Any]) -> bool:
    return set(map(type, value.values())) <= _FLAG


def _hours(now: datetime) -> Callable[[str], bool]:
    """Whether an hour, ``YYYY-MM-DDTHH`` in UTC, exists and lies wholly within what is taken."""
    known: dict[str, bool] = {}
    oldest = datetime.fromisoformat(OLDEST).replace(tzinfo=UTC)
    newest = now + FUTURE_TOLERANCE - timedelta(hours=1)

    def check(hour: str) -> bool:
        found = known.get(hour)
        if found is None:
            if len(known) > _MAX_HOURS:
                known.clear()
            found = known[hour] = _is_between(hour, oldest, newest)
        return found

    return check


def _is_between(hour: str, oldest: datetime, newest: datetime) -> bool:
    if not _HOUR.fullmatch(hour):
        return False
    try:
        moment = datetime.fromisoformat(hour).replace(tzinfo=UTC)
    except ValueError:
        return False
    return oldest <= moment <= newest
