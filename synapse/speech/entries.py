"""From an object in the storage to its row in the catalogue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from synapse.errors import ObjectNotFoundError
from synapse.settings.sections import Settings
from synapse.speech.names import Name, company_day, read_name
from synapse.speech.probing import Probe, probe
from synapse.storage import ObjectInfo, ObjectStore

WAITS_FOR_OTHER_HALF = timedelta(minutes=10)


@dataclass(frozen=True)
class Look:
    """One object as it was seen.

    Attributes:
        info: From the storage.
        is_growing: Its content changed between two looks.
    """

    info: ObjectInfo
    is_growing: bool = False


@dataclass(frozen=True)
class Entry:
    """A recording for the catalogue.

    Attributes:
        keys: Objects that it consists of: one, or two halves.
        row: Columns of ``core.recordings``.
    """

    keys: tuple[str, ...]
    row: dict[str, Any]


def entry_of(store: ObjectStore, look: Look, settings: Settings, now: datetime) -> Entry:
    """Look into an object and, for one half of a split recording, into the other.

    Raises:
        StorageError: The storage cannot be read.
    """
    info = look.info
    company = ZoneInfo(settings.calendar.zone)
    names_zone = ZoneInfo(settings.integrations.asterisk.zone or settings.calendar.zone)
    name = read_name(info.key, settings.recordings.key_patterns, names_zone, now)
    halves = _halves(store, info, name)
    found = _probe(store, halves, look)
    is_alone = name.other_key is not None and len(halves) == 1
    if is_alone and now - info.modified_at < WAITS_FOR_OTHER_HALF:
        found = Probe("growing", "The file with the other direction is not there yet.")
    started_at = name.started_at or info.modified_at - timedelta(seconds=found.duration_seconds or 0)
    header = found.header
    return Entry(
        keys=tuple(half.key for half in halves),
        row={
            "key": halves[0].key,
            "pair_key": halves[1].key if len(halves) > 1 else None,
            "state": found.state,
            "reason": found.reason,
            "size_bytes": sum(half.size for half in halves),
            "etag": "|".join(half.etag for half in halves),
            "modified_at": max(half.modified_at for half in halves),
            "uniqueid": name.uniqueid,
            "direction": name.direction,
            "src": name.src,
            "dst": name.dst,
            "started_at": started_at,
            "started_on": company_day(started_at, company),
            "duration_seconds": found.duration_seconds,
            "channels": (2 if len(halves) > 1 else header.channels) if header else None,
            "sample_rate": header.sample_rate if header else None,
            "codec": header.codec if header else None,
            "probed_at": now,
        },
    )


def _halves(store: ObjectStore, info: ObjectInfo, name: Name) -> list[ObjectInfo]:
    """The object, or both halves with ``-in`` first."""
    if name.other_key is None:
        return [info]
    try:
        other = store.stat(name.other_key)
    except ObjectNotFoundError:
        return [info]
    return [info, other] if name.side == "in" else [other, info]


def _probe(store: ObjectStore, halves: list[ObjectInfo], look: Look) -> Probe:
    if look.is_growing:
        return Probe("growing", "The file is still being written.")
    probes = [probe(store, half.key, half.size) for half in halves]
    best = next((found for found in probes if found.state == "ready"), probes[0])
    longest = max((found.duration_seconds or 0.0 for found in probes), default=0.0)
    return Probe(best.state, best.reason, best.header, longest or None)
