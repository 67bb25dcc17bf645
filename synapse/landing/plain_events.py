"""Web events of the usual shape → rows at a fraction of the cost of checking them field by field.

Whatever is unusual in any way is left to :func:`synapse.channels.web_event.parse_web_event`, which alone
decides what is refused and why; a property test holds both together.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import orjson

from synapse.channels.web import is_bot
from synapse.channels.web_event import FUTURE_TOLERANCE
from synapse.landing.clock import OLDEST

# In the order of the row's columns; scroll_depth, phone and e-mail stand between and after these.
_TEXT_COLUMNS = (
    "event_id", "occurred_at", "event_name", "site", "session_id", "client_id", "ga_client_id", "ym_uid",
    "url", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid",
    "yclid", "fbclid", "phone_shown", "user_agent",
)  # fmt: skip
_BEFORE_DEPTH = _TEXT_COLUMNS.index("phone_shown")
_TEXTS = itemgetter(*_TEXT_COLUMNS)
_OTHERS = itemgetter("scroll_depth", "consent", "properties")
_EMPTY: dict[str, Any] = dict.fromkeys(_TEXT_COLUMNS, "") | {
    "scroll_depth": None, "consent": {}, "properties": {},
}  # fmt: skip
# Identifier, moment after the hour, name: each on a line of its own.
_USUAL = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\n"
    r"\d{4}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z\n"
    r"[a-z0-9_]{1,100}",
    re.ASCII,
)
_LONGEST_TEXT = 512
# At six bytes a character at most, and a few hundred for names, that is within the size of any event.
_LARGEST = 8000
_MAX_HOURS = 10_000
_MOST_SHAPES = 1000

PlainRow = Callable[[dict[str, Any]], Sequence[object] | None]


def plain_row(usual_site: str, now: datetime) -> PlainRow:
    """Make what turns an event of the usual shape into a row, and anything else into None.

    Args:
        usual_site: Site of events that name none.
        now: The present moment, with zone.
    """
    is_good_hour = _hours(now)
    empty = _EMPTY | {"site": usual_site}
    # What sites write there hardly varies.
    consents: dict[bytes, str] = {}
    names: set[tuple[str, ...]] = set()
    agents = {"": "f"}

    def convert(raw: dict[str, Any]) -> Sequence[object] | None:
        filled = empty | raw
        if len(filled) != len(empty):  # a field that is not known
            return None
        texts = _TEXTS(filled)
        depth, consent, properties = _OTHERS(filled)
        try:
            joined = "".join(texts)
            is_usual = _USUAL.fullmatch("\n".join(texts[:3])) and is_good_hour(texts[1][:13])
        except TypeError:  # not text
            return None
        size = len(joined)
        if not (
            is_usual
            and "\0" not in joined
            and texts[3]
            and tuple(map(str.strip, texts)) == texts
            and (size <= _LONGEST_TEXT or max(map(len, texts)) <= _LONGEST_TEXT)
            and (depth is None or _is_depth(depth))
            and type(properties) is dict
        ):
            return None
        consent_json = consents.get(orjson.dumps(consent)) or _remembered(consents, consent)
        if not consent_json or not (tuple(properties) in names or _are_plain(names, properties)):
            return None
        properties_json = orjson.dumps(properties).decode()
        is_large = size + len(consent_json) + len(properties_json) > _LARGEST
        phone_shown, user_agent = texts[_BEFORE_DEPTH:]
        row = (
            *texts[:_BEFORE_DEPTH], "" if depth is None else str(depth), phone_shown, "", "", user_agent,
            consent_json, properties_json, agents.get(user_agent) or _kind(agents, user_agent),
        )  # fmt: skip
        return None if is_large or "\\u0000" in properties_json else row

    return convert


def _remembered(consents: dict[bytes, str], consent: object) -> str | None:
    """The JSON of a consent of the usual shape, from now on known."""
    if type(consent) is not dict or not set(map(type, consent.values())) <= {bool}:
        return None
    written = orjson.dumps(consent)
    text = written.decode()
    if "\\u0000" in text or list(map(str.strip, consent)) != list(consent):
        return None
    if len(consents) < _MOST_SHAPES:
        consents[written] = text
    return text


def _kind(agents: dict[str, str], user_agent: str) -> str:
    """``t`` for a crawler, ``f`` for a browser; from now on known."""
    kind = "t" if is_bot(user_agent) else "f"
    if len(agents) < _MOST_SHAPES:
        agents[user_agent] = kind
    return kind


def _are_plain(names: set[tuple[str, ...]], properties: dict[str, Any]) -> bool:
    """Whether no name has spaces around it; such names are from now on known."""
    if list(map(str.strip, properties)) != list(properties):
        return False
    if len(names) < _MOST_SHAPES:
        names.add(tuple(properties))
    return True


def _is_depth(value: object) -> bool:
    return type(value) is int and 0 <= value <= 100


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
    try:
        moment = datetime.fromisoformat(hour).replace(tzinfo=UTC)
    except ValueError:
        return False
    return oldest <= moment <= newest
