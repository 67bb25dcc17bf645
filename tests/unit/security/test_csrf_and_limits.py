"""Tokens of forms, and buckets of tokens."""

from datetime import UTC, datetime, timedelta

import pytest

from synapse.security.csrf import comes_from_elsewhere, is_valid_token, issue_token, needs_token
from synapse.security.rate_limit import RateLimiter

KEY = b"k" * 32
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_token_is_good_for_its_person_for_a_day() -> None:
    token = issue_token(KEY, "anna", now=NOW)
    assert is_valid_token(KEY, "anna", token, now=NOW + timedelta(hours=23))
    assert not is_valid_token(KEY, "boris", token, now=NOW)
    assert not is_valid_token(b"x" * 32, "anna", token, now=NOW)
    assert not is_valid_token(KEY, "anna", token, now=NOW + timedelta(hours=25))
    assert not is_valid_token(KEY, "anna", token, now=NOW - timedelta(minutes=1))


@pytest.mark.parametrize("token", ["", ".", "1.", "x.y", "٣.abc", "9" * 40 + ".a", "1777.ы"])
def test_other_texts_are_no_tokens(token: str) -> None:
    assert not is_valid_token(KEY, "anna", token, now=NOW)


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({"host": "s.example", "origin": "https://s.example"}, False),
        ({"host": "s.example", "origin": "https://evil.example"}, True),
        ({"host": "s.example", "origin": "null"}, True),
        ({"host": "s.example", "origin": "https://s.example.evil"}, True),
        ({"host": "s.example", "sec-fetch-site": "cross-site"}, True),
        ({"host": "s.example", "sec-fetch-site": "same-site"}, True),
        ({"host": "s.example", "sec-fetch-site": "same-origin"}, False),
        ({"host": "s.example"}, False),
    ],
)
def test_the_browser_tells_where_a_request_comes_from(headers: dict[str, str], foreign: bool) -> None:
    assert comes_from_elsewhere(headers) is foreign


def test_only_a_form_without_a_telling_browser_needs_a_token() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert needs_token(form)
    assert needs_token({"content-type": "text/plain; charset=utf-8"})
    assert not needs_token({"content-type": "application/json"})
    assert not needs_token({**form, "sec-fetch-site": "same-origin"})


def test_a_bucket_empties_and_fills_again() -> None:
    seconds = [0.0]
    limiter = RateLimiter(per_second=2, burst=4, clock=lambda: seconds[0])
    assert [limiter.wait_seconds("a") for _ in range(4)] == [0, 0, 0, 0]
    assert limiter.wait_seconds("a") == pytest.approx(0.5)
    assert limiter.wait_seconds("b") == 0
    seconds[0] = 0.5
    assert limiter.wait_seconds("a") == 0
    assert limiter.wait_seconds("a") > 0


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(per_second=1, burst=1, most_keys=3, clock=lambda: 0.0)
    for key in "abcd":
        assert limiter.wait_seconds(key) == 0
    assert limiter.wait_seconds("d") > 0
    assert limiter.wait_seconds("a") == 0, "whoever asked longest ago is forgotten"
