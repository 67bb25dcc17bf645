"""Sounds and files for the tests of speech."""

import io
import struct
import wave
from fractions import Fraction

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from demo import phrases, voice

FORMATS = {
    "pcm.wav": ("wav", "pcm_s16le", 8_000),
    "wide.wav": ("wav", "pcm_s16le", 16_000),
    "alaw.wav": ("wav", "pcm_alaw", 8_000),
    "mulaw.wav": ("wav", "pcm_mulaw", 8_000),
    "call.mp3": ("mp3", "libmp3lame", 16_000),
    "call.ogg": ("ogg", "libopus", 48_000),
    "call.flac": ("flac", "flac", 16_000),
    "call.m4a": ("ipod", "aac", 16_000),
}


def tone(seconds: float, rate: int, channels: int = 1, amplitude: float = 0.3) -> NDArray[np.float32]:
    """A tone of 440 Hz on the first channel, 660 Hz on the second."""
    clock = np.arange(int(seconds * rate)) / rate
    return np.stack(
        [amplitude * np.sin(2 * np.pi * (440 + 220 * channel) * clock) for channel in range(channels)]
    ).astype(np.float32)


def encode(sound: NDArray[np.float32], container: str, codec: str, rate: int) -> bytes:
    """Channels × samples → a file."""
    layout = "mono" if len(sound) == 1 else "stereo"
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        whole = (np.clip(sound, -1, 1) * 32_767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(whole.T).reshape(1, -1), "s16", layout)
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        context = stream.codec_context
        resampler = AudioResampler(
            context.format, context.layout, context.sample_rate, context.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return file.getvalue()


def wav(sound: NDArray[np.float32], rate: int = 8_000) -> bytes:
    """Channels × samples → 16-bit WAV."""
    return wav_of((np.clip(sound, -1, 1) * 32_767).astype("<i2"), rate)


def wav_of(samples: NDArray[np.int16], rate: int = 8_000) -> bytes:
    """Channels × 16-bit samples → WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(len(samples))
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.ascontiguousarray(samples.T).tobytes())
    return file.getvalue()


def gsm_wav(seconds: float) -> bytes:
    """A ``.WAV`` as Asterisk writes it: Microsoft's GSM 6.10 (format 0x31), blocks of 65 bytes of noise."""
    blocks = int(seconds * 8_000 / 320)
    data = np.random.default_rng(1).integers(0, 256, blocks * 65, dtype=np.uint8).tobytes()
    layout = struct.pack("<HHIIHHHH", 0x31, 1, 8_000, 1_625, 65, 0, 2, 320)
    fact = b"fact" + struct.pack("<II", 4, blocks * 320)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(layout)) + layout + fact
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def spoken(
    sentences: list[tuple[int, str]], *, seed: int = 0, gap: float = 0.8
) -> tuple[NDArray[np.float32], list[str]]:
    """Let two voices say sentences in turn at 8,000 Hz.

    Args:
        sentences: (channel, sentence).

    Returns:
        2 × samples, and the words of each channel.
    """
    voice.start_afresh()
    speakers = (voice.Voice("m4", 160, 45, 50), voice.Voice("f3", 165, 55, 50))
    position = int(0.4 * 8_000)
    placed = []
    for channel, sentence in sentences:
        samples = voice.say_on_telephone(sentence, speakers[channel])
        placed.append((channel, position, samples))
        position += len(samples) + int(gap * 8_000)
    sound = np.random.default_rng(seed).normal(0, 10**-2.6, (2, position)).astype(np.float32)
    for channel, start, samples in placed:
        sound[channel, start : start + len(samples)] += samples
    words = [" ".join(text for number, text in sentences if number == channel) for channel in (0, 1)]
    assert set(" ".join(words).split()) <= set(phrases.vocabulary())
    return sound, words
