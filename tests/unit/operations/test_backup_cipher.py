"""Sealed streams: whole, in order and untouched, or refused."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synapse.operations.backups.cipher import CHUNK_BYTES, SALT_BYTES, TAG_BYTES, as_stream, opened, sealed
from synapse.operations.backups.errors import BackupError

KEY = bytes(range(32))


def _seal(plain: bytes, key: bytes = KEY) -> bytes:
    return b"".join(sealed(io.BytesIO(plain), key))


def _open(stored: bytes, key: bytes = KEY) -> bytes:
    return b"".join(opened(io.BytesIO(stored), key))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_was_sealed_is_opened(size: int) -> None:
    plain = os.urandom(size)
    assert _open(_seal(plain)) == plain


def test_the_same_bytes_are_sealed_differently_each_time() -> None:
    assert _seal(b"synapse") != _seal(b"synapse")


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_flipped_bit_is_noticed(data: st.DataObject) -> None:
    stored = bytearray(_seal(b"x" * 1000))
    place = data.draw(st.integers(0, len(stored) * 8 - 1))
    stored[place // 8] ^= 1 << place % 8
    with pytest.raises(BackupError, match="damaged"):
        _open(bytes(stored))


def test_a_missing_end_is_noticed_even_at_a_chunk_s_border() -> None:
    stored = _seal(os.urandom(2 * CHUNK_BYTES))
    with pytest.raises(BackupError):
        _open(stored[: SALT_BYTES + CHUNK_BYTES + TAG_BYTES])


def test_exchanged_chunks_are_noticed() -> None:
    stored = _seal(os.urandom(3 * CHUNK_BYTES))
    head, body, size = stored[:SALT_BYTES], stored[SALT_BYTES:], CHUNK_BYTES + TAG_BYTES
    with pytest.raises(BackupError):
        _open(head + body[size : 2 * size] + body[:size] + body[2 * size :])


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BackupError, match="passphrase"):
        _open(_seal(b"synapse"), bytes(32))


def test_a_stream_of_chunks_reads_as_one() -> None:
    stream = as_stream(iter([b"ab", b"", b"cde"]))
    assert (stream.read(3), stream.read()) == (b"abc", b"de")
