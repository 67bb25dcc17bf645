"""The phrase book and the voices of the simulated company."""

import random
import re

import numpy as np
import pytest

from demo import phrases, voice


def test_every_sentence_is_of_the_closed_vocabulary() -> None:
    rng = random.Random(1)
    known = set(phrases.vocabulary())
    for template in phrases.templates():
        sentence = phrases.fill(template, rng)
        assert set(sentence.split()) <= known
        assert re.fullmatch(r"[а-яё ]+", sentence)


def test_given_values_and_the_speakers_gender_are_kept() -> None:
    sentence = phrases.fill(
        "я звонил|звонила {day} {time}", random.Random(1), feminine=True, values={"day": "завтра"}
    )
    assert sentence.startswith("я звонила завтра ")


def test_held_out_templates_are_of_the_book() -> None:
    assert set(phrases.templates()) >= phrases.HELD_OUT


def test_a_recording_sounds_the_same_whatever_was_said_before() -> None:
    speaker = voice.Voice("f3")
    voice.start_afresh()
    first = voice.say_on_telephone("добрый день", speaker)
    voice.say("что то другое", voice.Voice("m1", 190, 30, 70))
    voice.start_afresh()
    assert np.array_equal(first, voice.say_on_telephone("добрый день", speaker))


def test_the_telephone_cuts_what_it_does_not_carry() -> None:
    sound = voice.say_on_telephone("здравствуйте сколько стоит окно", voice.Voice("m4"))
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / voice.TELEPHONE_RATE)
    assert power[(hertz < 200) | (hertz > 3_750)].sum() < 1e-3 * power.sum()
    assert np.abs(sound).max() == pytest.approx(0.6, abs=0.01)


def test_an_unknown_voice_is_refused() -> None:
    with pytest.raises(voice.VoiceError):
        voice.say("да", voice.Voice("no-such-voice"))
