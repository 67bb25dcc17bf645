"""Transcripts made elsewhere (Whisper JSON, WebVTT, SRT) → rows of ``raw.ready_transcripts``."""

import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard

import orjson

from synapse.identity.phones import parse_phone
from synapse.landing.context import FileContext
from synapse.landing.errors import FileRefusedError
from synapse.landing.records import Batch, RowError
from synapse.landing.sniff import UTF8_BOM, is_utf16, refuse_binary

COLUMNS = (
    "format", "language", "uniqueid", "caller_number", "started_at", "duration_seconds", "segments",
)  # fmt: skip
LARGEST_FILE = 32 << 20
MOST_SEGMENTS = 100_000
_SPEAKERS = {
    "agent": ("agent", "operator", "manager", "оператор", "менеджер", "агент", "сотрудник"),
    "client": ("client", "customer", "caller", "клиент", "абонент", "покупатель"),
}
_UNIQUEID = ("uniqueid", "linkedid", "call_id", "callid")
_VOICE = re.compile(r"^(?:\[(?P<box>[^\]]{1,40})\]|(?P<name>[^\s:][^:]{0,39})):?\s+(?=\S)")


def parse_transcript(context: FileContext, data: bytes) -> Batch:
    """Parse one file.

    Args:
        context: The file; its name may hold the call's uniqueid and time.
        data: Its content.

    Returns:
        One row, and the segments that could not be taken (numbered from 1).

    Raises:
        FileRefusedError: It is no transcript.
    """
    text = _text(data)
    if text.lstrip().startswith("WEBVTT"):
        document: Mapping[str, Any] = {"segments": _captions(text, "vtt")}
        kind = "vtt"
    elif text.lstrip().startswith(("{", "[")):
        document, kind = _json(text)
    else:
        document, kind = {"segments": _captions(text, "srt")}, "srt"
    batch = Batch()
    segments = _segments(document["segments"], batch)
    named = _from_name(context)
    caller = parse_phone(_short(_first(document, ("caller_number", "phone", "from"))))
    started = document.get("started_at") or document.get("start_time") or named.get("started_at")
    duration = document.get("duration")
    batch.rows.append((
        kind,
        _short(document.get("language")),
        _short(_first(document, _UNIQUEID)) or named.get("uniqueid"),
        caller or named.get("caller_number"),
        _moment(context, started),
        float(duration) if _is_number(duration) else max((one["end"] for one in segments), default=0.0),
        orjson.dumps(segments).decode(),
    ))  # fmt: skip
    return batch


def _text(data: bytes) -> str:
    if not data.strip():
        raise FileRefusedError("The file is empty.", hint="Export the transcript anew.")
    if is_utf16(data):
        encoding = "utf-16"
    else:
        refuse_binary(data[: 1 << 16])
        encoding = "utf-8-sig" if data.startswith(UTF8_BOM) else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefusedError(
            f"Byte {error.start:,} is not {encoding}.", hint="Save the transcript as UTF-8."
        ) from error
    return text.replace("\x00", "")


def _json(text: str) -> tuple[Mapping[str, Any], str]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FileRefusedError(
            f"The file is not JSON: {error.msg}.", hint="Export the transcript anew."
        ) from error
    if isinstance(value, list):
        value = {"segments": value}
    if isinstance(value, dict) and isinstance(value.get("segments"), list):
        return value, "whisper"
    if isinstance(value, dict) and isinstance(value.get("transcription"), list):
        result = value.get("result")
        language = result.get("language") if isinstance(result, dict) else None
        parts = [_from_whisper_cpp(part) for part in value["transcription"]]
        return {**value, "segments": parts, "language": language}, "whisper.cpp"
    raise FileRefusedError(
        "The JSON has no list of segments.", hint="Use Whisper's JSON: segments with start, end and text."
    )


def _from_whisper_cpp(part: Any) -> Any:
    offsets = part.get("offsets") if isinstance(part, dict) else None
    if not isinstance(offsets, dict) or not (
        _is_number(offsets.get("from")) and _is_number(offsets.get("to"))
    ):
        return part
    return {**part, "start": offsets["from"] / 1000, "end": offsets["to"] / 1000}


def _captions(text: str, kind: str) -> list[dict[str, Any]]:
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    try:
        captions = webvtt.from_buffer(io.StringIO(text.replace("\r\n", "\n")), format=kind)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise FileRefusedError(
            f"The file is no {kind.upper()} transcript.",
            hint="Transcripts are Whisper JSON, WebVTT or SRT.",
        ) from error
    segments = [
        {
            "start": caption.start_in_seconds + caption.start_time.milliseconds / 1000,
            "end": caption.end_in_seconds + caption.end_time.milliseconds / 1000,
            "text": caption.text,
            "speaker": caption.voice,
        }
        for caption in captions.captions
    ]
    if not segments:
        raise FileRefusedError(
            "The file has no captions.", hint="Transcripts are Whisper JSON, WebVTT or SRT."
        )
    return [_with_named_speaker(segment) for segment in segments]


def _with_named_speaker(segment: dict[str, Any]) -> dict[str, Any]:
    """SRT has no field for the speaker: people write «Оператор: …»."""
    voice = _VOICE.match(segment["text"])
    if segment["speaker"] or not voice:
        return segment
    name = voice["box"] or voice["name"]
    if _speaker(name) == "unknown":
        return segment
    return segment | {"speaker": name, "text": segment["text"][voice.end() :]}


def _segments(parts: Sequence[Any], batch: Batch) -> list[dict[str, Any]]:
    if len(parts) > MOST_SEGMENTS:
        raise FileRefusedError(f"The transcript has {len(parts):,} segments.", hint="Split it by calls.")
    segments: list[dict[str, Any]] = []
    for number, part in enumerate(parts, start=1):
        try:
            segment = _segment(part)
        except RowError as error:
            batch.reject(number, error, str(part))
            continue
        if segment["text"]:
            segments.append(segment)
        else:
            batch.skipped += 1
    return sorted(segments, key=lambda one: (one["start"], one["end"]))


def _segment(part: Any) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise RowError("bad_segment", "The segment is no object.")
    start, end, text = part.get("start"), part.get("end"), part.get("text")
    if not _is_number(start) or not _is_number(end) or not 0 <= start <= end < 864_000:
        raise RowError("bad_times", "The segment has no start and end in seconds.")
    if not isinstance(text, str):
        raise RowError("no_text", "The segment has no text.")
    return {
        "start": float(start),
        "end": float(end),
        "speaker": _speaker(part.get("speaker")),
        "text": text.strip(),
        "confidence": _confidence(part),
        "words": [*_words(part.get("words"))],
    }


def _words(words: Any) -> Iterable[dict[str, Any]]:
    if not isinstance(words, list):
        return
    for word in words:
        if not isinstance(word, dict):
            continue
        written = word.get("word", word.get("text"))
        if isinstance(written, str) and _is_number(word.get("start")) and _is_number(word.get("end")):
            yield {
                "start": word["start"],
                "end": word["end"],
                "word": written.strip(),
                "confidence": _share(_first(word, ("probability", "score", "confidence"))),
            }


def _speaker(name: Any) -> str:
    plain = str(name or "").strip().lower()
    for speaker, words in _SPEAKERS.items():
        if plain.startswith(words):
            return speaker
    return "unknown"


def _confidence(part: Mapping[str, Any]) -> float | None:
    given = _share(part.get("confidence"))
    logarithm = part.get("avg_logprob")
    if given is None and _is_number(logarithm):
        return round(math.exp(min(0.0, logarithm)), 4)
    return given


def _share(value: Any) -> float | None:
    return float(value) if _is_number(value) and 0 <= value <= 1 else None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((fields[name] for name in names if fields.get(name)), None)


def _short(value: Any) -> str | None:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return None
    return str(value).strip()[:200] or None


def _moment(context: FileContext, text: Any) -> str | None:
    try:
        return context.company_clock().read(str(text).replace("Z", "+00:00")) if text else None
    except RowError:
        return None


def _from_name(context: FileContext) -> dict[str, str | None]:
    """What the file's name says, by the same patterns as the names of recordings."""
    for pattern in context.settings.recordings.key_patterns:
        match = re.search(pattern, context.key)
        if match:
            groups = match.groupdict()
            return {
                "uniqueid": groups.get("uniqueid"),
                "caller_number": parse_phone(groups.get("src")) or parse_phone(groups.get("dst")),
                "started_at": _stamp(groups.get("day"), groups.get("time")),
            }
    return {}


def _stamp(day: str | None, time: str | None) -> str | None:
    try:
        return datetime.strptime(f"{day}{time}", "%Y%m%d%H%M%S").isoformat(" ") if day and time else None  # noqa: DTZ007
    except ValueError:
        return None
