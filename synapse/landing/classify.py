"""A company's own files, recognised by what is in them: where in the storage each belongs."""

import csv
import re
from pathlib import Path, PurePath

import orjson

from synapse.landing import asterisk_cdr, asterisk_cel, channel_costs
from synapse.landing.errors import FileRefusedError
from synapse.landing.onec_table import RECEIPTS, find_shape
from synapse.landing.sniff import HEAD_BYTES, audio_kind, is_utf16, is_zip
from synapse.landing.sources import source_of

_QUEUE_LINE = re.compile(r"\d{9,11}(?:\.\d+)?\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[A-Z][A-Z0-9_]+(?:\||\s|$)")
_UNIQUEID = re.compile(r"(?:[\w-]+-)?\d{9,10}\.\d+", re.ASCII)
_RAW_AUDIO = {".gsm", ".alaw", ".al", ".ulaw", ".ul", ".sln"}  # no header tells these
_RECORDING_FOLDERS = {"recordings", "monitor", "records", "audio", "записи", "разговоры"}
_DAY_FOLDERS = re.compile(r"(?:^|/)(20\d\d/\d\d(?:/\d\d)?/.+)$")
_SRT = re.compile(r"\d+\s*\n\d\d:\d\d:\d\d,\d{3} --> ")
_SEGMENT_LIST = re.compile(r'\[\s*\{[^{}\[\]]*"(?:start|text)"\s*:')
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")


def classify(path: Path) -> str | None:
    """Find the object key of a local file.

    Args:
        path: A file of any kind.

    Returns:
        A key under ``landing/`` or ``recordings/``, or None when no importer knows the file. A file that
        already lies in a folder of the storage's layout keeps its place there.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if not head:
            return None
        if audio_kind(head) or path.suffix.lower() in _RAW_AUDIO:
            return _recording_key(path)
        key = _by_content(path, head)
    placed = _key_in_layout(path)
    if key is not None and placed is not None and _folder(placed) == _folder(key):
        return placed
    return key


def _by_content(path: Path, head: bytes) -> str | None:
    stem = clean_name(path.stem)
    if is_zip(head) or is_utf16(head):
        return _table_key(path, head, stem)
    if b"\0" in head[:8192]:
        return None
    text = head.decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    if text.startswith(("{", "[")):
        return _json_key(text, stem)
    captions = "vtt" if text.startswith("WEBVTT") else "srt" if _SRT.match(text) else None
    if captions:
        return f"landing/transcripts/{stem}.{captions}"
    if _QUEUE_LINE.match(text):
        name = clean_name(path.name)
        return f"landing/asterisk/{name if name.startswith('queue_log') else f'queue_log-{name}'}"
    return _log_key(text, stem) or _table_key(path, head, stem)


def _json_key(text: str, stem: str) -> str | None:
    first = text.partition("\n")[0].strip()
    try:
        document = orjson.loads(first)
    except orjson.JSONDecodeError:
        document = None
    if isinstance(document, dict) and isinstance(document.get("update_id"), int):
        return f"landing/telegram/{stem}.jsonl"
    if isinstance(document, dict) and "event_id" in document and "occurred_at" in document:
        return f"landing/web/{stem}.jsonl"
    if re.search(r'"(?:segments|transcription)"\s*:\s*\[', text) or _SEGMENT_LIST.match(text):
        return f"landing/transcripts/{stem}.json"
    return None


def _log_key(text: str, stem: str) -> str | None:
    rows = list(csv.reader(text.splitlines()[:6]))[:5]
    rows = [row for row in rows if row]
    if any(_is_cdr(row) for row in rows):
        keeps_name = stem == "Master" or stem.lower().startswith("cdr")
        return f"landing/asterisk/{stem if keeps_name else f'cdr-{stem}'}.csv"
    if any(_is_cel(row) for row in rows):
        return f"landing/asterisk/{stem if stem.lower().startswith('cel') else f'cel-{stem}'}.csv"
    return None


def _is_cdr(row: list[str]) -> bool:
    if asterisk_cdr.FORMAT.from_header(row):
        return True
    has_call = any(_UNIQUEID.fullmatch(cell) for cell in row)
    return len(row) >= 16 and has_call and any(cell in asterisk_cdr.DISPOSITIONS for cell in row)


def _is_cel(row: list[str]) -> bool:
    if asterisk_cel.FORMAT.from_header(row):
        return True
    has_call = any(_UNIQUEID.fullmatch(cell) for cell in row)
    return len(row) >= 14 and has_call and any(cell in asterisk_cel.EVENTS for cell in row[:3])


def _table_key(path: Path, head: bytes, stem: str) -> str | None:
    with path.open("rb") as stream:
        # A table of receipts has their numbers, which costs lack; of costs, a source, which receipts lack.
        for folder, expected in (("1c", RECEIPTS), ("costs", channel_costs.HEADERS)):
            try:
                shape = find_shape(head, stream, {}, expected)
            except FileRefusedError:
                continue
            return f"landing/{folder}/{stem}.{'xlsx' if shape.encoding == 'xlsx' else 'csv'}"
    return None


def _recording_key(path: Path) -> str:
    """Keep the part of the path that tells recordings apart."""
    parts = [clean_name(part) for part in path.absolute().parts[1:]]
    for place in range(len(parts) - 2, -1, -1):
        if parts[place].lower() in _RECORDING_FOLDERS:
            return "/".join(("recordings", *parts[place + 1 :]))
    dated = _DAY_FOLDERS.search("/".join(parts))
    if dated:
        return f"recordings/{dated[1]}"
    return "/".join(("recordings", *parts[-2:]))


def _key_in_layout(path: PurePath) -> str | None:
    """``…/landing/1c/x.csv`` → ``landing/1c/x.csv``, if an importer looks there."""
    parts = path.parts
    for place in range(len(parts) - 2, -1, -1):
        if parts[place] == "landing":
            key = "/".join(parts[place:])
            return key if source_of(key) else None
    return None


def _folder(key: str) -> str:
    return "/".join(key.split("/")[:2])


def clean_name(name: str) -> str:
    """A file name without what no object key should hold."""
    cleaned = _UNSAFE.sub("_", name.encode("utf-8", "replace").decode()).strip()
    return cleaned.lstrip(".") or "file"
