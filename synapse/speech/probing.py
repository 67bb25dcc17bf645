"""Look into an audio object: can it be transcribed, and if not, why."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from synapse.speech.audio import SAMPLE_RATE, Header, open_recording
from synapse.speech.errors import NotAudioError
from synapse.speech.loudness import SILENCE_DB, Envelope
from synapse.storage import ObjectStore

SHORTEST_SECONDS = 0.5
SPOOL_BYTES = 16 << 20


@dataclass(frozen=True)
class Probe:
    """What one object holds.

    Attributes:
        state: ``ready``, ``empty``, ``not_audio``, ``too_short`` or ``silent``.
        reason: Why it is not ready, in a sentence.
        header: None where there is no audio.
        duration_seconds: From the header, or counted where the header does not say.
    """

    state: str
    reason: str | None = None
    header: Header | None = None
    duration_seconds: float | None = None


@contextmanager
def seekable(store: ObjectStore, key: str) -> Iterator[IO[bytes]]:
    """Open an object so that one can seek in it; one from afar is copied to a temporary file first."""
    with store.open(key) as stream:
        if stream.seekable():
            yield stream
            return
        with SpooledTemporaryFile(max_size=SPOOL_BYTES) as copy:
            copyfileobj(stream, copy, 1 << 20)
            copy.seek(0)
            yield cast("IO[bytes]", copy)


def probe(store: ObjectStore, key: str, size: int) -> Probe:
    """Decode as much of an object as it takes to know its state: normally a few seconds of sound."""
    if size == 0:
        return Probe("empty", "The file has no bytes.")
    try:
        with seekable(store, key) as stream, open_recording(stream) as recording:
            header = recording.header
            must_count = not header.duration_seconds or header.duration_seconds <= 0
            envelopes = [Envelope(), Envelope()]
            is_loud = False
            for block in recording.blocks():
                for channel, samples in enumerate(block):
                    envelopes[channel].add(samples)
                is_loud = is_loud or any(envelope.loudest_db() > SILENCE_DB for envelope in envelopes)
                if is_loud and not must_count:
                    break
            counted = envelopes[0].samples / SAMPLE_RATE
    except NotAudioError as error:
        return Probe("not_audio", str(error))
    if counted == 0:
        return Probe("empty", "The file has a header and no sound after it.", header, 0.0)
    duration = counted if must_count or not is_loud else header.duration_seconds
    assert duration is not None
    if duration < SHORTEST_SECONDS:
        return Probe("too_short", f"The recording lasts {duration:.2f} s.", header, duration)
    if not is_loud:
        return Probe("silent", f"Nothing is louder than {SILENCE_DB:.0f} dBFS.", header, duration)
    return Probe("ready", None, header, duration)
