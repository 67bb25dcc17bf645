"""The settings' schema: one pydantic model per section, defaults included.

The models are the only place where a default stands. Money is in roubles, durations name their unit.
"""

from datetime import date, time
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}; use a name such as Europe/Moscow") from error
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


class Section(BaseModel):
    """Base of all sections: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Branding(Section):
    """How the company is called on the pages."""

    company_name: str = ""


class WorkingDay(Section):
    """Working hours of one weekday in the company's zone."""

    opens: time = time(9)
    closes: time = time(20)


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _usual_week() -> dict[Weekday, WorkingDay | None]:
    week: dict[Weekday, WorkingDay | None] = {}
    for day in get_args(Weekday):
        week[day] = WorkingDay()
    week["sat"] = WorkingDay(opens=time(10), closes=time(18))
    week["sun"] = None
    return week


class Calendar(Section):
    """When somebody is there to answer."""

    zone: ZoneName = "Europe/Moscow"
    weekdays: dict[Weekday, WorkingDay | None] = Field(default_factory=_usual_week)
    holidays: list[date] = Field(default_factory=list)


class Thresholds(Section):
    """What counts as late, short or lost."""

    answer_within_seconds: int = Field(20, ge=1, le=600)
    callback_within_minutes: int = Field(30, ge=1, le=1440)
    short_abandon_seconds: int = Field(5, ge=0, le=60)
    message_reply_within_minutes: int = Field(15, ge=1, le=1440)
    enquiry_silence_days: int = Field(30, ge=1, le=365)
    conversion_window_days: int = Field(30, ge=1, le=365)
    stalled_lead_days: int = Field(7, ge=1, le=90)
    shared_identifier_contacts: int = Field(5, ge=2, le=100)
    session_timeout_minutes: int = Field(30, ge=1, le=240)


class Asr(Section):
    """Speech recognition."""

    model: str = Field("", description="tiny … large-v3, or a folder; empty: the small model Synapse ships")
    compute_type: Literal["int8", "int8_float32", "float32", "float16"] = "int8"
    beam_size: int = Field(3, ge=1, le=5)
    language: Literal["ru", "en", "auto"] = "ru"
    vad: bool = True
    agent_channel: Literal["left", "right"] = "left"
    low_confidence: float = Field(0.6, ge=0, le=1)
    initial_prompt: str = Field("", max_length=800)


class Recordings(Section):
    """Where recordings lie and what their names say.

    ``key_patterns`` are regular expressions with the named groups ``direction``, ``dst``, ``src``, ``day``
    (YYYYMMDD), ``time`` (HHMMSS), ``uniqueid`` and ``side`` (in or out); the first that matches wins.
    """

    prefix: str = "recordings/"
    key_patterns: list[str] = Field(
        default_factory=lambda: [
            r"(?P<direction>in|out|external|internal|q|exten|rg)-(?P<dst>[^-/]+)-(?P<src>[^-/]+)"
            r"-(?P<day>\d{8})-(?P<time>\d{6})-(?P<uniqueid>\d+\.\d+)(?:-(?P<side>in|out))?\.\w+$",
            r"(?:^|/)(?P<uniqueid>\d+\.\d+)(?:-(?P<side>in|out))?\.\w+$",
        ]
    )


class Asterisk(Section):
    """How this company's Asterisk writes its logs."""

    zone: ZoneName | None = Field(None, description="Zone of CDR times; empty: the company's")
    cdr_columns: list[str] = Field(
        default_factory=list, description="Columns of a custom CDR file in order; empty: as the file shows"
    )
    cel_columns: list[str] = Field(default_factory=list)
    internal_number_max_digits: int = Field(5, ge=2, le=7)


class OneC(Section):
    """1C exports."""

    column_mapping: dict[str, str] = Field(
        default_factory=dict, description="Canonical column → header in the export; empty: guessed"
    )
    currency: str = Field("RUB", pattern=r"^[A-Z]{3}$")


class WebSite(Section):
    """A site that may send events."""

    name: str = Field(pattern=r"^[\w.-]{1,63}$")
    write_key: str = Field(min_length=16, max_length=128)
    origins: list[str] = Field(default_factory=list, description="https://example.com; empty: any")


class Web(Section):
    """Web events."""

    sites: list[WebSite] = Field(default_factory=list)


class Integrations(Section):
    """Connections to the outside."""

    asterisk: Asterisk = Field(default_factory=Asterisk)
    onec: OneC = Field(default_factory=OneC)
    web: Web = Field(default_factory=Web)


class Settings(Section):
    """The whole document."""

    branding: Branding = Field(default_factory=Branding)
    calendar: Calendar = Field(default_factory=Calendar)
    thresholds: Thresholds = Field(default_factory=Thresholds)
    asr: Asr = Field(default_factory=Asr)
    recordings: Recordings = Field(default_factory=Recordings)
    integrations: Integrations = Field(default_factory=Integrations)
