"""Local times of another program → moments, fast: one zone look-up per hour of data, not per row."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from synapse.landing.records import RowError

FUTURE_TOLERANCE = timedelta(days=2)
OLDEST = "2000-01-01"
_EPOCH = re.compile(r"\d{9,11}(?:\.\d{1,9})?", re.ASCII)
_CHANNEL_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?$", re.ASCII)
_AMBIGUOUS = ""
# What may follow the hour; with a known hour before it no further check is needed.
TAILS = frozenset(f":{minute:02}:{second:02}" for minute in range(60) for second in range(60))


class LocalClock:
    """Reads times of one zone.

    Args:
        zone: IANA name.
        now: The present moment; times more than two days later are refused.
    """

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone = ZoneInfo(zone)
        self._newest = (now + FUTURE_TOLERANCE).astimezone(self._zone).strftime("%Y-%m-%d")
        self._offsets: dict[str, str] = {}

    def read(self, text: str, near: str = "") -> str:
        """Bring one time to text that Postgres reads as a moment.

        Args:
            text: ``YYYY-MM-DD HH:MM:SS[.ffffff]`` in the zone, the same with an offset, or seconds since
                1970.
            near: An Asterisk uniqueid (``…1795532814.137``) of a channel made at about that time; decides
                the hour that a clock change repeats.

        Returns:
            ISO 8601 with an offset.

        Raises:
            RowError: No time, before 2000 or in the future.
        """
        offset = self._offsets.get(text[:13])
        if offset and text[13:] in TAILS:
            return text + offset
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or len(text) < 16 or text[4] != "-":
            return self._read_epoch(text)
        self._check(text[:10], text)
        if moment.tzinfo is not None:
            return moment.isoformat()
        offset = self._offsets.get(text[:13])
        if offset is None:
            offset = self._offsets[text[:13]] = self._offset_of(text[:13])
        return moment.isoformat(" ") + (offset or _offset_text(self._disambiguate(moment, near)))

    def offset(self, hour: str) -> str:
        """Offset in all of an hour (``YYYY-MM-DD HH``) that was read before; empty where it is not known."""
        return self._offsets.get(hour, "")

    def on(self, text: str) -> str:
        """The zone's day, ``YYYY-MM-DD``, of what :meth:`read` returned."""
        return datetime.fromisoformat(text).astimezone(self._zone).strftime("%Y-%m-%d")

    def _read_epoch(self, text: str) -> str:
        if not _EPOCH.fullmatch(text):
            raise RowError("bad_time", f"{text[:40]!r} is no date and time.")
        moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(text))
        self._check(moment.strftime("%Y-%m-%d"), text)
        return moment.isoformat()

    def _check(self, day: str, text: str) -> None:
        if day > self._newest:
            raise RowError("future_time", f"{text[:40]!r} lies in the future.")
        if day < OLDEST:
            raise RowError("ancient_time", f"{text[:40]!r} is before {OLDEST[:4]}: a clock that was not set.")

    def _offset_of(self, hour: str) -> str:
        begins = datetime.fromisoformat(f"{hour}:00").replace(tzinfo=self._zone)
        ends = begins.replace(minute=59, second=59)
        offsets = {moment.replace(fold=fold).utcoffset() for moment in (begins, ends) for fold in (0, 1)}
        return _offset_text(begins.utcoffset()) if len(offsets) == 1 else _AMBIGUOUS

    def _disambiguate(self, local: datetime, near: str) -> timedelta | None:
        first, second = (local.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        channel = _CHANNEL_EPOCH.search(near)
        if channel is None:
            return first.utcoffset()
        epoch = int(channel[1])
        return min((first, second), key=lambda moment: abs(moment.timestamp() - epoch)).utcoffset()


def _offset_text(offset: timedelta | None) -> str:
    seconds = int((offset or timedelta()).total_seconds())
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    return f"{sign}{hours:02}:{rest // 60:02}:{rest % 60:02}"
