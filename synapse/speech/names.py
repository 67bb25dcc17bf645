"""What an object's key says about a recording."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

UNFINISHED_ENDINGS = (".part", ".partial", ".filepart", ".crdownload", ".tmp")
DIRECTIONS = {
    "in": "inbound",
    "external": "inbound",
    "q": "inbound",
    "rg": "inbound",
    "out": "outbound",
    "internal": "internal",
    "exten": "internal",
}
"""First word of a FreePBX file name → direction."""
_EARLIEST_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Name:
    """What a key says.

    Attributes:
        uniqueid: Asterisk's uniqueid of the channel that started the recording.
        direction: ``inbound``, ``outbound``, ``internal`` or None.
        src: Caller as in the name.
        dst: Called number as in the name.
        started_at: From date and time in the name, else from the uniqueid's seconds.
        side: ``in`` or ``out`` for one half of a recording that is split by direction.
        other_key: Key of the other half.
    """

    uniqueid: str | None = None
    direction: str | None = None
    src: str | None = None
    dst: str | None = None
    started_at: datetime | None = None
    side: str | None = None
    other_key: str | None = None


def read_name(key: str, patterns: Sequence[str], zone: ZoneInfo, now: datetime) -> Name:
    """Match ``patterns`` in order; a key that none matches says nothing.

    Args:
        key: Object key.
        patterns: Regular expressions of the settings.
        zone: Of dates in names.
        now: Times after tomorrow are not believed.
    """
    for pattern in patterns:
        match = _compiled(pattern).search(key)
        if match:
            return replace(_name(match.groupdict(), zone, now), other_key=_other_key(key, match))
    return Name()


def _other_key(key: str, match: re.Match[str]) -> str | None:
    side = match.groupdict().get("side")
    if side not in {"in", "out"}:
        return None
    start, end = match.span("side")
    return key[:start] + ("out" if side == "in" else "in") + key[end:]


def _name(groups: dict[str, str | None], zone: ZoneInfo, now: datetime) -> Name:
    started_at = _from_date(groups.get("day"), groups.get("time"), zone) or _from_uniqueid(
        groups.get("uniqueid")
    )
    if started_at is not None and started_at > now + timedelta(days=1):
        started_at = None
    return Name(
        uniqueid=groups.get("uniqueid"),
        direction=DIRECTIONS.get(groups.get("direction") or ""),
        src=groups.get("src"),
        dst=groups.get("dst"),
        started_at=started_at,
        side=groups.get("side"),
    )


def _from_date(day: str | None, time: str | None, zone: ZoneInfo) -> datetime | None:
    if not day or not time:
        return None
    try:
        return datetime.strptime(day + time, "%Y%m%d%H%M%S").replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def _from_uniqueid(uniqueid: str | None) -> datetime | None:
    """A uniqueid begins with the Unix time at which the channel was made, perhaps after a system name."""
    match = re.search(r"(\d{9,10})\.\d+$", uniqueid or "")
    if not match or int(match[1]) < _EARLIEST_EPOCH:
        return None
    return datetime.fromtimestamp(int(match[1]), UTC)


def is_finished_name(key: str) -> bool:
    """False for hidden files and for names that programs give to what they are still copying."""
    name = key.rsplit("/", 1)[-1]
    return bool(name) and not name.startswith(".") and not name.lower().endswith(UNFINISHED_ENDINGS)


def company_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day of the company's zone that a moment belongs to."""
    return moment.astimezone(zone).date()


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
