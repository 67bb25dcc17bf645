"""Recordings that a PBX sends over HTTP because it cannot reach the storage."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import sqlalchemy as sa

from synapse.errors import ObjectNotFoundError, SynapseError
from synapse.landing.sniff import audio_kind
from synapse.operations.work import request_work
from synapse.settings.store import current_settings
from synapse.storage import ObjectStore
from synapse.storage.keys import validate_key

_TYPES = {
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}
_EXTENSIONS = {".wav": "wav", ".ogg": "ogg", ".opus": "ogg", ".flac": "flac", ".mp3": "mp3", ".m4a": "m4a"}
_HEADERLESS = frozenset({".gsm", ".alaw", ".al", ".ulaw", ".ul", ".sln", ".sln16"})
_PIECE = 1 << 20


class NotAudioError(SynapseError):
    """What was sent is not a recording."""


class NameTakenError(SynapseError):
    """Another recording has this name."""


@dataclass(frozen=True)
class StoredRecording:
    """A recording that is in the storage.

    Attributes:
        key: Its object key.
        sha256: Of its content.
        size: Bytes.
        is_new: False if the same content was there under this name already.
    """

    key: str
    sha256: str
    size: int
    is_new: bool


def store_recording(
    engine: sa.Engine, store: ObjectStore, *, name: str, stream: BinaryIO, sent_by: str
) -> StoredRecording:
    """Put one recording into the storage and ask for it to be catalogued.

    Args:
        engine: Engine of the warehouse.
        store: Where recordings lie.
        name: Path below the recordings' prefix, as the PBX names it.
        stream: The content; must be seekable.
        sent_by: Name of the sender's key.

    Raises:
        NotAudioError: Empty, or not the audio that its name promises.
        NameTakenError: A different recording has this name.
        StorageError: The name is not safe, or the storage cannot be written.
    """
    _check_audio(name, stream)
    digest, size = _measure(stream)
    with engine.begin() as connection:
        prefix = current_settings(connection).settings.recordings.prefix
        key = validate_key(prefix + name.removeprefix(prefix))
        # Two senders of one name take turns, so that neither overwrites the other unseen.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
        there = _digest_of(store, key)
        if there is not None and there != digest:
            raise NameTakenError(
                "Another recording has this name.",
                hint="Send it under a name of its own; nothing was changed.",
            )
        if there is None:
            metadata = {"sha256": digest, "sent-by": sent_by.encode("ascii", "replace").decode()}
            store.put(key, stream, content_type=_content_type(name), metadata=metadata)
            request_work(connection, "catalogue", requested_by=f"key:{sent_by}")
    return StoredRecording(key, digest, size, is_new=there is None)


def _check_audio(name: str, stream: BinaryIO) -> None:
    head = stream.read(4096)
    stream.seek(0)
    if not head:
        raise NotAudioError("The recording is empty.", hint="Send it when the call has ended.")
    extension = PurePosixPath(name).suffix.lower()
    if extension in _HEADERLESS:
        return
    kind = audio_kind(head)
    if kind is None:
        raise NotAudioError("This is not audio.", hint="WAV, MP3, OGG, FLAC, M4A or raw telephone audio is.")
    if _EXTENSIONS.get(extension) != kind:
        raise NotAudioError(
            f"This is {kind.upper()}, but its name ends in {extension or 'nothing'}.",
            hint=f"Name it ….{kind}.",
        )


def _content_type(name: str) -> str:
    kind = _EXTENSIONS.get(PurePosixPath(name).suffix.lower(), "")
    return _TYPES.get(kind, "application/octet-stream")


def _measure(stream: BinaryIO) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while piece := stream.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    stream.seek(0)
    return digest.hexdigest(), size


def _digest_of(store: ObjectStore, key: str) -> str | None:
    try:
        info = store.stat(key)
    except ObjectNotFoundError:
        return None
    if known := info.metadata.get("sha256"):
        return known
    with store.open(key) as stream:
        digest = hashlib.sha256()
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
