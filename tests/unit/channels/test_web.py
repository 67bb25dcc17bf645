"""Bodies of `POST /events`, whatever is in them."""

import gzip
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synapse.channels.event_store import Parcel, read_records
from synapse.channels.web import (
    MAX_ORIGINAL_CHARACTERS,
    Batch,
    BatchRefusedError,
    Envelope,
    check_events,
    is_bot,
    open_envelope,
    refused_body,
    reject_rows,
    unpack,
)
from synapse.channels.web_event import COLUMNS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KNOWN = {"event_id", "occurred_at", "event_name", *COLUMNS}
EVENTS = st.lists(
    st.dictionaries(st.sampled_from(sorted(KNOWN)) | st.text(max_size=8), JSON, max_size=8) | JSON, max_size=4
)
QUICK = settings(deadline=None, max_examples=50)


def check(*events: Any) -> Batch:
    return check_events(Envelope(list(events)), site="shop", user_agent="Mozilla/5.0", now=NOW)


@QUICK
@given(EVENTS)
def test_every_event_is_either_taken_or_kept_with_a_reason(events: list[Any]) -> None:
    batch = check(*events)
    assert len(batch.rows) + len(batch.rejects) == len(events)
    assert all(reject.reason and reject.code for reject in batch.rejects)
    for text in (orjson.dumps(batch.rows), orjson.dumps(reject_rows(batch.rejects))):
        assert b"\\u0000" not in text.replace(b"\\\\", b"")


@QUICK
@given(JSON, JSON)
def test_an_event_with_odd_properties_is_taken(value: Any, other: Any) -> None:
    event = {"event_id": str(uuid4()), "occurred_at": NOW.isoformat(), "event_name": "x", "extra": other}
    batch = check({**event, "properties": {"value": value}})
    assert [set(row) for row in batch.rows] == [set(COLUMNS)]


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_either_an_envelope_or_refused(body: bytes) -> None:
    try:
        envelope = open_envelope(body)
    except BatchRefusedError as error:
        (reject,) = refused_body(body, error).rejects
        assert "\x00" not in reject.original
    else:
        assert envelope.events


@QUICK
@given(st.binary(max_size=2000), st.integers(1, 20))
def test_a_cut_gzip_body_is_never_taken_for_a_whole_one(body: bytes, cut: int) -> None:
    packed = gzip.compress(body)
    assert unpack(packed) == body
    with pytest.raises(BatchRefusedError):
        unpack(packed[:-cut])


def test_the_original_of_a_huge_event_is_cut() -> None:
    (reject,) = check({"event_id": "x" * 1_000_000}).rejects
    assert len(reject.original) == MAX_ORIGINAL_CHARACTERS


@QUICK
@given(EVENTS)
def test_what_the_spool_gives_back_is_what_went_in(events: list[Any]) -> None:
    parcel = Parcel.of(check(*events))
    assert read_records([parcel.record(), b"{", b"[]", b"{}"]) == ([parcel], 3)


def test_a_missing_or_endless_user_agent_is_judged_quickly() -> None:
    assert is_bot("")
    assert not is_bot("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 " + "x" * 1_000_000)
