"""One web event as the tag, GTM or a file of JSON lines sends it, checked field by field.

Field names are the columns of ``raw.web_events``. Fields that are not known go to ``properties``, so that a
newer tag loses nothing on an older server.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from synapse.identity.emails import parse_email
from synapse.identity.phones import parse_phone

# A visitor whose clock shows the right hour in the wrong zone is up to 14 hours ahead; more is no clock.
FUTURE_TOLERANCE = timedelta(days=1)
MAX_EVENT_BYTES = 64 * 1024
_CLOCK_IS_OFF = timedelta(minutes=1)


class EventRejectedError(ValueError):
    """An event that cannot be taken.

    Args:
        code: Short reason for counting: ``not_an_object``, ``missing_field``, ``bad_value``, ``too_large`` or
            ``future_time``.
        path: Field at fault as a JSON Pointer within the event; empty for the whole event.
        message: What is wrong, for a person.
    """

    def __init__(self, code: str, path: str, message: str) -> None:
        super().__init__(f"{path.lstrip('/')}: {message}" if path else message)
        self.code = code
        self.path = path
        self.message = message


Name = Annotated[str, Field(pattern=r"^[\w.:/ -]{1,100}$")]
ShortText = Annotated[str | None, Field(max_length=512)]
LongText = Annotated[str | None, Field(max_length=8192)]


class WebEvent(BaseModel):
    """One thing that a visitor did on a site.

    Attributes:
        event_id: Chosen by the sender; with ``occurred_at`` it makes a repeat recognisable.
        occurred_at: Time by the visitor's clock with its zone, or seconds or milliseconds since 1970.
        site: Name of the site; over HTTP the write key decides instead.
        event_name: ``page_view``, ``phone_click``, ``whatsapp_click``, ``telegram_click``, ``email_click``,
            ``form_submit``, ``scroll``, ``purchase`` or any other.
        scroll_depth: Percent of the page.
        phone: E.164; an unreadable one is kept in ``properties.phone_as_given``.
        email: Lower-case; an unreadable one is kept in ``properties.email_as_given``.
    """

    model_config = ConfigDict(
        extra="allow", populate_by_name=True, str_strip_whitespace=True, coerce_numbers_to_str=True
    )

    event_id: UUID
    occurred_at: AwareDatetime
    event_name: Name = Field(validation_alias=AliasChoices("event_name", "event", "name"))
    site: ShortText = None
    session_id: ShortText = None
    client_id: ShortText = None
    ga_client_id: ShortText = None
    ym_uid: ShortText = None
    url: LongText = None
    referrer: LongText = None
    utm_source: ShortText = None
    utm_medium: ShortText = None
    utm_campaign: ShortText = None
    utm_term: ShortText = None
    utm_content: ShortText = None
    gclid: ShortText = None
    yclid: ShortText = None
    fbclid: ShortText = None
    scroll_depth: int | None = Field(None, ge=0, le=100)
    phone_shown: ShortText = None
    phone: ShortText = None
    email: ShortText = None
    user_agent: LongText = None
    consent: dict[str, bool | ShortText] = Field(default_factory=dict)
    properties: dict[str, Any] = Field(default_factory=dict)

    def row(self, *, site: str, user_agent: str | None, is_bot: bool) -> dict[str, Any]:
        """Return the columns of ``raw.web_events`` as JSON-ready values.

        Args:
            site: Whose event it is.
            user_agent: Stands in where the event names none.
            is_bot: Whether a crawler sent it.
        """
        values = {name: getattr(self, name) for name in COLUMNS[:-1]}
        values |= {"site": site, "user_agent": self.user_agent or user_agent, "is_bot": is_bot}
        return {name: None if value == "" else value for name, value in values.items()}


COLUMNS = (*WebEvent.model_fields, "is_bot")
_ADAPTER = TypeAdapter(WebEvent)


def parse_web_event(raw: object, *, now: datetime, sent_at: datetime | None = None) -> WebEvent:
    """Check one event.

    Args:
        raw: What JSON gave.
        now: Time of receipt, with zone.
        sent_at: Time of sending by the sender's clock; a clock that is off by more than a minute is noted in
            ``properties.clock_offset_seconds`` (add it to ``occurred_at`` to mend that).

    Raises:
        EventRejectedError: The event cannot be taken; says why.
    """
    if not isinstance(raw, dict):
        raise EventRejectedError("not_an_object", "", "an event must be a JSON object")
    try:
        event = _ADAPTER.validate_python(raw)
    except ValidationError as error:
        raise _rejection(error) from error
    if event.occurred_at > now + FUTURE_TOLERANCE:
        raise EventRejectedError("future_time", "/occurred_at", "is more than a day ahead of our clock")
    properties = {**(event.model_extra or {}), **event.properties}
    for field, parse in (("phone", parse_phone), ("email", parse_email)):
        given = getattr(event, field)
        if given:
            known = parse(given)
            setattr(event, field, known)
            if known is None:
                properties[f"{field}_as_given"] = given
    if sent_at is not None and abs(now - sent_at) > _CLOCK_IS_OFF:
        properties["clock_offset_seconds"] = round((now - sent_at).total_seconds())
    event.properties = properties
    return _storable(event)


def _rejection(error: ValidationError) -> EventRejectedError:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    path = "".join(f"/{part}" for part in first["loc"])
    code = "missing_field" if first["type"] == "missing" else "bad_value"
    return EventRejectedError(code, path, first["msg"])


def _storable(event: WebEvent) -> WebEvent:
    """Bound the event's size and free it of NUL characters, which Postgres cannot hold."""
    text = orjson.dumps(event.__dict__)
    if len(text) > MAX_EVENT_BYTES:
        raise EventRejectedError("too_large", "", f"an event may have {MAX_EVENT_BYTES // 1024} KiB")
    if b"\\u0000" in text:
        event.__dict__.update(_without_nul(event.__dict__))
    return event


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    return value
