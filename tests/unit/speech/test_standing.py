"""Which of two transcripts of one sound is current."""

import pytest

from synapse.speech.standing import Standing, stays_current


@pytest.mark.parametrize(
    ("current", "new", "stays"),
    [
        (Standing("small", 0.7), Standing("small", 0.8), False),
        (Standing("small", 0.8), Standing("small", 0.7), True),
        (Standing("small", 0.8), Standing("small", None), False),
        (Standing("small", None), Standing("small", 0.2), False),
        (Standing("large-v3", 0.6), Standing("small", 0.9), True),
        (Standing("small", 0.9), Standing("large-v3-turbo", 0.6), False),
        (Standing("synapse-demo", 0.9), Standing("tiny", 0.3), False),
        (Standing("tiny", 0.9), Standing("our-own-model", 0.3), False),
    ],
)
def test_the_surer_of_one_model_the_larger_whisper_else_the_newer(
    current: Standing, new: Standing, stays: bool
) -> None:
    assert stays_current(current, new) is stays


def test_what_a_person_corrected_stays_whatever_comes() -> None:
    corrected = Standing("tiny", 0.1, is_corrected=True)
    for model in ("tiny", "large-v3", "our-own-model"):
        assert stays_current(corrected, Standing(model, 1.0))
