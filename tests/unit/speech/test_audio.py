"""Decoding: every format of the data document, and what is no audio."""

import io
import tracemalloc

import numpy as np
import pytest

from synapse.speech.audio import SAMPLE_RATE, open_recording
from synapse.speech.errors import NotAudioError
from tests.unit.speech import sounds


def decode(data: bytes) -> np.ndarray:
    with open_recording(io.BytesIO(data)) as recording:
        return np.concatenate(list(recording.blocks()), axis=1)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("name", sounds.FORMATS)
def test_every_listed_format_is_decoded_to_16_khz_with_its_channels_apart(name: str, channels: int) -> None:
    container, codec, rate = sounds.FORMATS[name]
    sound = decode(sounds.encode(sounds.tone(2, rate, channels), container, codec, rate))
    assert sound.shape[0] == channels
    assert sound.shape[1] == pytest.approx(2 * SAMPLE_RATE, abs=0.15 * SAMPLE_RATE)
    for channel in range(channels):
        middle = sound[channel, SAMPLE_RATE // 2 : SAMPLE_RATE * 3 // 2]
        loudest = np.argmax(np.abs(np.fft.rfft(middle))) * SAMPLE_RATE / len(middle)
        assert loudest == pytest.approx(440 + 220 * channel, abs=3)


def test_gsm_inside_a_wav_is_decoded() -> None:
    with open_recording(io.BytesIO(sounds.gsm_wav(2))) as recording:
        sound = np.concatenate(list(recording.blocks()), axis=1)
        assert recording.header.codec == "gsm_ms"
        assert recording.header.sample_rate == 8_000
    assert sound.shape == (1, 2 * SAMPLE_RATE)


def test_the_content_decides_and_not_the_name() -> None:
    data = sounds.encode(sounds.tone(1, 16_000), "mp3", "libmp3lame", 16_000)
    file = io.BytesIO(data)
    file.name = "call.wav"
    with open_recording(file) as recording:
        assert recording.header.codec.startswith("mp3")


@pytest.mark.parametrize("data", [b"", b"not audio at all " * 100, b"%PDF-1.7 " * 50, bytes(2_000)])
def test_what_is_no_audio_is_refused_with_the_reason(data: bytes) -> None:
    with pytest.raises(NotAudioError, match=r"Not an audio file|no audio track|describes no sound"):
        decode(data)


def test_a_truncated_file_gives_what_can_be_heard() -> None:
    whole = sounds.encode(sounds.tone(10, 16_000), "mp3", "libmp3lame", 16_000)
    sound = decode(whole[: len(whole) // 2])
    assert sound.shape[1] == pytest.approx(5 * SAMPLE_RATE, rel=0.1)


def test_memory_does_not_grow_with_the_length() -> None:
    data = sounds.encode(np.zeros((1, 8_000 * 1_200), np.float32), "flac", "flac", 8_000)
    tracemalloc.start()
    seconds = 0.0
    with open_recording(io.BytesIO(data)) as recording:
        for block in recording.blocks():
            seconds += block.shape[1] / SAMPLE_RATE
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds == pytest.approx(1_200, abs=1)
    assert peak < 12_000_000
