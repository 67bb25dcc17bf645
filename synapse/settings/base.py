"""What all sections share: strictness, words, and the kinds of value that several of them use."""

import ipaddress
import re
from typing import Annotated, ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from synapse.settings.words import Bilingual

EVERY_FIELD = frozenset({"*"})


class Section(BaseModel):
    """Base of all sections: unknown keys are refused.

    Attributes:
        title: What the section is called on the pages.
        idle: Fields that are kept and checked, but that no part of Synapse acts on yet (or
            :data:`EVERY_FIELD`); the pages say so, and their JSON Schema has ``x-idle``.
    """

    model_config = ConfigDict(extra="forbid")

    title: ClassVar[Bilingual] = Bilingual("", "")
    idle: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def idle_fields(cls) -> frozenset[str]:
        """Names of the fields that nothing acts on yet."""
        return frozenset(cls.model_fields) if cls.idle is EVERY_FIELD else cls.idle

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Mark the idle fields."""
        made = handler.resolve_ref_schema(handler(schema))
        for name in cls.idle_fields():
            made["properties"][name]["x-idle"] = True
        return made


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}; use a name such as Europe/Moscow") from error
    return name


def _web_url(url: str) -> str:
    if not url:
        return url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not a web address; it should look like https://example.com")
    if parts.username or parts.password:
        raise ValueError("a password does not belong into an address; keep it in the secrets")
    return url


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a network; it should look like 192.168.1.0/24") from error


def _pattern(text: str) -> str:
    try:
        found = re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if not {"uniqueid", "src", "dst", "time"} & set(found.groupindex):
        raise ValueError("the pattern names no group that finds a call: uniqueid, src, dst or time")
    return text


ZoneName = Annotated[str, AfterValidator(_known_zone)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
Network = Annotated[str, AfterValidator(_network)]
KeyPattern = Annotated[str, AfterValidator(_pattern)]
