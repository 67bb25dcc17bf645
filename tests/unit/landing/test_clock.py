from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synapse.landing.clock import LocalClock
from synapse.landing.records import RowError

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FIRST, LAST = datetime(2001, 1, 1), datetime(2026, 11, 1)  # noqa: DTZ001
ZONES = ["Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]


@given(st.datetimes(FIRST, LAST), st.sampled_from(ZONES))
def test_a_moment_written_locally_is_found_again(naive: datetime, zone: str) -> None:
    moment = naive.replace(tzinfo=UTC)
    local = moment.astimezone(ZoneInfo(zone))
    text = local.replace(tzinfo=None).isoformat(" ")
    assert datetime.fromisoformat(LocalClock(zone, NOW).read(text, f"{int(moment.timestamp())}.1")) == moment


@given(st.integers(10**9, 1_790_000_000), st.integers(0, 999_999))
def test_an_epoch_is_a_moment(seconds: int, micros: int) -> None:
    clock = LocalClock("Europe/Moscow", NOW)
    moment = datetime.fromtimestamp(seconds, UTC)
    assert datetime.fromisoformat(clock.read(str(seconds))) == moment
    assert datetime.fromisoformat(clock.read(f"{seconds}.{micros:06}")) == moment + timedelta(
        microseconds=micros
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_time"),
        ("24.11.2026", "bad_time"),
        ("2026-11-24", "bad_time"),
        ("2026-13-45 25:61:00", "bad_time"),
        ("99999999999", "future_time"),
        ("2026-11-28 00:00:00", "future_time"),
        ("2027-01-01T00:00:00+00:00", "future_time"),
        ("1970-01-01 00:00:01", "ancient_time"),
    ],
)
def test_what_is_no_time_of_a_call(text: str, code: str) -> None:
    with pytest.raises(RowError) as refused:
        LocalClock("Europe/Moscow", NOW).read(text)
    assert refused.value.code == code


@given(st.text(max_size=25))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    clock = LocalClock("Europe/Moscow", NOW)
    try:
        moment = clock.read(text)
    except RowError as error:
        assert error.reason
    else:
        assert datetime.fromisoformat(moment).tzinfo is not None


def test_the_day_is_the_zones() -> None:
    assert LocalClock("Europe/Moscow", NOW).on("2026-11-24T22:00:00+00:00") == "2026-11-25"
