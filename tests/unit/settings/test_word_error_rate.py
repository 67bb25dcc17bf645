"""Word error rate of the recognition benchmark."""

import pytest

from synapse.settings.connections.speech import word_error_rate


@pytest.mark.parametrize(
    ("reference", "heard", "rate"),
    [
        ("Алло, здравствуйте!", "алло здравствуйте", 0.0),
        ("Ещё раз.", "еще раз", 0.0),
        ("один два три четыре", "один три четыре", 0.25),
        ("один два", "один два три", 0.5),
        ("", "", 0.0),
        ("", "слово", 1.0),
    ],
)
def test_case_punctuation_and_yo_do_not_count(reference: str, heard: str, rate: float) -> None:
    assert word_error_rate(reference, heard) == pytest.approx(rate)
