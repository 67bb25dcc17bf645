import pytest
from hypothesis import given
from hypothesis import strategies as st

from synapse.storage.keys import UnsafeKeyError, validate_key, validate_prefix


@pytest.mark.parametrize(
    "key",
    [
        "", "/etc/passwd", "../x", "a/../b", "a/..", "./a", "a//b", "a/", "a\\b", "a\nb",
        "a\x00b", "\x7f", "a/\u202e",
        ".synapse/signing.key", "x" * 256, "x/" * 600 + "x", "\ud800",
    ],
)  # fmt: skip
def test_unsafe_names_are_refused(key: str) -> None:
    with pytest.raises(UnsafeKeyError) as refused:
        validate_key(key)
    assert refused.value.hint


@pytest.mark.parametrize(
    "key", ["a", "landing/1c/Чеки за май (2).csv", "recordings/2026/11/24/in-101.wav", "a/.b", "..a"]
)
def test_usual_names_are_allowed(key: str) -> None:
    assert validate_key(key) == key


def test_a_prefix_may_be_empty_or_end_with_a_slash_but_not_climb() -> None:
    assert validate_prefix("") == ""
    assert validate_prefix("landing/") == "landing/"
    for prefix in ("/", "../", "/landing"):
        with pytest.raises(UnsafeKeyError):
            validate_prefix(prefix)


@given(st.text(max_size=40))
def test_an_allowed_name_stays_inside_any_root(key: str) -> None:
    from pathlib import PurePosixPath

    try:
        validate_key(key)
    except UnsafeKeyError:
        return
    parts = PurePosixPath("/root", key).parts
    assert parts[:2] == ("/", "root")
    assert ".." not in parts
