"""The body of ``POST /events``: what is in it, what of it can be taken.

A body is one event, a list of events, or ``{"key": …, "sent_at": …, "events": […]}``.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from crawleruseragents import is_crawler
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from synapse.channels.web_event import EventRejectedError, parse_web_event
from synapse.errors import SynapseError

MAX_EVENTS = 500
MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 8 * 1024 * 1024
MAX_ORIGINAL_CHARACTERS = 16_384

_MOMENT = TypeAdapter(AwareDatetime)
_GZIP = 16 + zlib.MAX_WBITS
_LOOKED_AT = 512  # characters of a user agent: a thousand patterns take their time on a long one


class BatchRefusedError(SynapseError):
    """A body of which nothing can be taken.

    Args:
        code: Short reason for counting: ``not_gzip``, ``truncated_gzip``, ``too_large``, ``empty``,
            ``not_json`` or ``too_many``.
        message: What is wrong.
        hint: What the sender should do.
    """

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


@dataclass(frozen=True)
class Envelope:
    """A body taken apart, events not looked at yet."""

    events: list[object]
    key: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Reject:
    """One event that cannot be taken.

    Attributes:
        index: 0-based position in the body; None where the whole body is refused.
        code: Short reason for counting.
        path: Field at fault as a JSON Pointer within the event.
        reason: What is wrong, for a person.
        original: The event as it came, cut at ``MAX_ORIGINAL_CHARACTERS``.
    """

    index: int | None
    code: str
    path: str
    reason: str
    original: str


@dataclass(frozen=True)
class Batch:
    """Events of one request, checked.

    Attributes:
        rows: Rows of ``raw.web_events`` as JSON-ready dictionaries.
        rejects: Events that cannot be taken.
    """

    rows: list[dict[str, Any]]
    rejects: list[Reject]


def unpack(body: bytes) -> bytes:
    """Undo gzip without ever holding more than ``MAX_UNPACKED_BYTES``.

    Raises:
        BatchRefusedError: Not gzip, cut off, or a bomb.
    """
    inflate = zlib.decompressobj(_GZIP)
    try:
        plain = inflate.decompress(body, MAX_UNPACKED_BYTES + 1)
    except zlib.error as error:
        raise BatchRefusedError(
            "not_gzip", "The body is not gzip, though Content-Encoding says so."
        ) from error
    if len(plain) > MAX_UNPACKED_BYTES or inflate.unconsumed_tail:
        raise BatchRefusedError(
            "too_large", "The unpacked body is too large.", hint=f"At most {MAX_UNPACKED_BYTES >> 20} MiB."
        )
    if not inflate.eof:
        raise BatchRefusedError("truncated_gzip", "The gzip body is cut off.", hint="Send it again.")
    return plain


def open_envelope(body: bytes) -> Envelope:
    """Take a body apart.

    Raises:
        BatchRefusedError: Empty, not JSON, no events or too many.
    """
    if not body.strip():
        raise BatchRefusedError("empty", "The body is empty.", hint="Send one event or a list of events.")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BatchRefusedError("not_json", f"The body is not JSON: {error}.") from error
    key, sent_at = "", None
    events: object = document
    if isinstance(document, dict):
        key = document.pop("key", "")
        events = [document]
        if "events" in document:
            events = document["events"]
            sent_at = _moment(document.get("sent_at"))
    if not isinstance(events, list) or not events:
        raise BatchRefusedError("empty", "There is no event in the body.", hint="`events` must be a list.")
    if len(events) > MAX_EVENTS:
        raise BatchRefusedError(
            "too_many",
            f"There are {len(events)} events in the body.",
            hint=f"Send at most {MAX_EVENTS} at once.",
        )
    return Envelope(events, key if isinstance(key, str) else "", sent_at)


def check_events(envelope: Envelope, *, site: str, user_agent: str, now: datetime) -> Batch:
    """Check every event on its own; bad ones do not hold up good ones.

    Args:
        envelope: The body.
        site: Name of the site that the write key belongs to.
        user_agent: Browser that sent the request, for events that name none.
        now: Time of receipt.
    """
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    for index, raw in enumerate(envelope.events):
        try:
            event = parse_web_event(raw, now=now, sent_at=envelope.sent_at)
        except EventRejectedError as error:
            rejects.append(Reject(index, error.code, error.path, str(error), _original(raw)))
            continue
        bot = is_bot(event.user_agent or user_agent)
        rows.append(event.row(site=site, user_agent=user_agent or None, is_bot=bot))
    return Batch(rows, rejects)


def refused_body(body: bytes, error: BatchRefusedError) -> Batch:
    """Return the reject that keeps a whole refused body."""
    text = body[:MAX_ORIGINAL_CHARACTERS].decode("utf-8", "replace").replace("\x00", "")
    return Batch([], [Reject(None, error.code, "", error.message, text)])


def is_bot(user_agent: str) -> bool:
    """Whether a user agent is that of a known crawler; none at all counts as one."""
    return not user_agent or _names_a_crawler(user_agent[:_LOOKED_AT])


@lru_cache(maxsize=4096)
def _names_a_crawler(user_agent: str) -> bool:
    return bool(is_crawler(user_agent))


def reject_rows(rejects: Sequence[Reject]) -> list[dict[str, str]]:
    """Return rejects as rows of ``raw.rejected_rows``."""
    return [
        {"reason_code": reject.code, "reason": reject.reason, "original": reject.original}
        for reject in rejects
    ]


def _original(raw: object) -> str:
    text = orjson.dumps(raw).decode().replace("\\u0000", "")
    return text[:MAX_ORIGINAL_CHARACTERS]


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return _MOMENT.validate_python(value)
    except ValidationError:
        return None
