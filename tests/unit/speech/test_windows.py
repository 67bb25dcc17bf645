"""Cutting channels into windows, and putting words back where they were said."""

import numpy as np
import pytest

from synapse.speech.audio import SAMPLE_RATE
from synapse.speech.loudness import FLOOR_DB, Envelope, speech_gain
from synapse.speech.utterances import Word, utterances_of
from synapse.speech.windows import Stretch, Window, Windower, WindowRules
from tests.unit.speech import sounds

LISTENS_CLOSELY = WindowRules(voice_threshold=0.1)


def upsampled(sound: np.ndarray) -> np.ndarray:
    return np.repeat(sound, 2).astype(np.float32)


def window(*stretches: Stretch, samples: int = 16_000) -> Window:
    return Window(0, np.zeros(samples, np.float32), stretches)


def test_words_return_to_the_time_at_which_they_were_said() -> None:
    cut = window(Stretch(0, 10, 2), Stretch(2, 50, 3))
    words = [Word(0.5, 0.9, " добрый", 0.9), Word(1.0, 1.4, " день", 0.9), Word(2.5, 3.0, " алло", 0.9)]
    said = utterances_of(cut, words)
    assert [(utterance.text, utterance.start, utterance.end) for utterance in said] == [
        ("добрый день", 10.5, 11.4),
        ("алло", 50.5, 51.0),
    ]


def test_a_pause_ends_an_utterance() -> None:
    words = [Word(0, 0.4, " хорошо", 0.9), Word(1.2, 1.6, " спасибо", 0.9)]
    assert [utterance.text for utterance in utterances_of(window(Stretch(0, 0, 5)), words)] == [
        "хорошо",
        "спасибо",
    ]


def test_a_word_never_leaves_its_stretch() -> None:
    said = utterances_of(window(Stretch(0, 3, 1)), [Word(0.2, 9.0, " да", 0.9)])
    assert (said[0].start, said[0].end) == (3.2, 4.0)


def test_silence_gives_no_window() -> None:
    windower = Windower(0, LISTENS_CLOSELY)
    assert list(windower.feed(np.zeros(10 * SAMPLE_RATE, np.float32))) == []
    assert list(windower.finish()) == []


def test_speech_is_found_where_it_is_and_no_window_is_too_long() -> None:
    sound, _ = sounds.spoken([(0, "замер у нас бесплатный"), (0, "какой у вас адрес")], gap=3.0)
    windower = Windower(0, LISTENS_CLOSELY)
    cut = [*windower.feed(upsampled(sound[0])), *windower.finish()]
    stretches = [stretch for one in cut for stretch in one.stretches]
    assert len(cut) == 1
    assert len(stretches) == 2
    assert stretches[0].start == pytest.approx(0.2, abs=0.3)
    assert stretches[1].start > stretches[0].start + stretches[0].seconds + 1.5


def test_a_model_that_needs_no_padding_gets_each_stretch_alone() -> None:
    sound, _ = sounds.spoken([(0, "замер у нас бесплатный"), (0, "какой у вас адрес")], gap=3.0)
    windower = Windower(0, WindowRules(seconds=10, voice_threshold=0.1, packs=False))
    cut = [*windower.feed(upsampled(sound[0])), *windower.finish()]
    assert [len(one.stretches) for one in cut] == [1, 1]


def test_speech_across_the_border_of_two_passages_is_heard_whole() -> None:
    sound, _ = sounds.spoken([(0, "подскажите пожалуйста какой у вас адрес")])
    speech = upsampled(sound[0])
    before = np.random.default_rng(1).normal(0, 1e-3, 120 * SAMPLE_RATE - 16_000).astype(np.float32)
    windower = Windower(0, LISTENS_CLOSELY)
    whole = np.concatenate([before, speech])
    cut = [*windower.feed(whole[: 120 * SAMPLE_RATE]), *windower.feed(whole[120 * SAMPLE_RATE :])]
    cut += windower.finish()
    (stretch,) = [stretch for one in cut for stretch in one.stretches]
    assert stretch.start == pytest.approx(119.2, abs=0.4)
    assert stretch.seconds > 2


def test_levels_are_in_db_below_full_scale() -> None:
    envelope = Envelope()
    clock = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    envelope.add(np.sin(2 * np.pi * 440 * clock).astype(np.float32))
    envelope.add(np.zeros(SAMPLE_RATE, np.float32))
    assert envelope.mean_db([(0.0, 1.0)]) == pytest.approx(-3.01, abs=0.05)
    assert envelope.peak_db(1.0, 2.0) == FLOOR_DB
    assert envelope.seconds == 2.0


def test_quiet_speech_is_brought_up_and_an_empty_line_is_not() -> None:
    clock = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    quiet = (0.01 * np.sin(2 * np.pi * 440 * clock)).astype(np.float32)
    assert speech_gain(quiet) == pytest.approx(10 ** ((-20 + 43.01) / 20), rel=0.01)
    assert speech_gain(quiet / 100) == 1.0
