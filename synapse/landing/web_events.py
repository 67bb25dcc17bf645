"""Files of web events, one JSON object a line as the browser tag sends it → rows of ``raw.web_events``."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

import orjson

from synapse.channels.web import is_bot
from synapse.channels.web_event import EventRejectedError, parse_web_event
from synapse.landing.clock import OLDEST
from synapse.landing.context import FileContext
from synapse.landing.json_lines import Convert
from synapse.landing.plain_events import plain_row
from synapse.landing.records import RowError

_TEXT_COLUMNS = (
    "session_id", "client_id", "ga_client_id", "ym_uid", "url", "referrer", "utm_source", "utm_medium",
    "utm_campaign", "utm_term", "utm_content", "gclid", "yclid", "fbclid",
)  # fmt: skip
_TEXTS = attrgetter(*_TEXT_COLUMNS)
COLUMNS = (
    "event_id", "occurred_at", "event_name", "site", *_TEXT_COLUMNS, "scroll_depth", "phone_shown", "phone",
    "email", "user_agent", "consent", "properties", "is_bot",
)  # fmt: skip
_DAY = re.compile(rb'"occurred_at"\s*:\s*"(\d{4}-\d\d-\d\d)')
_ONE_DAY = timedelta(days=1)


def converter(context: FileContext) -> Convert:
    """Make what turns one event into a row.

    An event that names no site belongs to the only one in settings, else to ``site``.
    """
    sites = context.settings.integrations.web.sites
    usual_site = sites[0].name if len(sites) == 1 else "site"
    plain = plain_row(usual_site, context.now)
    careful = careful_converter(usual_site, context.now)

    def convert(number: int, raw: dict[str, Any]) -> Sequence[object] | None:
        return plain(raw) or careful(number, raw)

    return convert


def careful_converter(usual_site: str, now: datetime) -> Convert:
    """Make what turns any event into a row, or says why not.

    Args:
        usual_site: Site of events that name none.
        now: The present moment, with zone.
    """
    oldest = date.fromisoformat(OLDEST)

    def convert(_: int, raw: dict[str, Any]) -> Sequence[object]:
        try:
            event = parse_web_event(raw, now=now)
        except EventRejectedError as error:
            raise RowError(error.code, str(error)) from error
        if event.occurred_at.date() < oldest:
            raise RowError("ancient_time", "occurred_at is before 2000: a clock that was not set.")
        given_id = raw["event_id"]
        return (
            given_id if len(given_id) == 36 else str(event.event_id),
            event.occurred_at.isoformat(),
            event.event_name,
            event.site or usual_site,
            *[value or "" for value in _TEXTS(event)],
            "" if event.scroll_depth is None else str(event.scroll_depth),
            event.phone_shown or "",
            event.phone or "",
            event.email or "",
            event.user_agent or "",
            orjson.dumps(event.consent).decode(),
            orjson.dumps(event.properties).decode(),
            "t" if event.user_agent and is_bot(event.user_agent) else "f",
        )

    return convert


def days(piece: bytes) -> set[date]:
    """Days named in a piece of a file, and their neighbours where an offset may shift them."""
    found: set[date] = set()
    for text in set(_DAY.findall(piece)):
        try:
            day = date.fromisoformat(text.decode())
        except ValueError:
            continue
        found.add(day)
    return found
