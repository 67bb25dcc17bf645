"""The shipped model is no worse than its README says."""

import random
from pathlib import Path

import jiwer

from demo import phrases, voice
from demo.speech_model.training.calls import speak_call
from demo.speech_model.training.evaluate import hear
from synapse.settings.sections import Asr
from synapse.storage import open_store

README_FIGURE = 0.031
SCATTER = 0.05
"""Six calls are a small sample; another processor rounds otherwise."""


def _as_the_company_speaks(rng: random.Random) -> str:
    return phrases.fill(rng.choice(phrases.templates()), rng)


def test_the_error_rate_is_the_one_of_the_readme(tmp_path: Path) -> None:
    store = open_store(tmp_path.as_uri())
    words: list[str] = []
    heard: list[str] = []
    for seed in range(9_000, 9_006):
        call = speak_call(seed, voice.TRAINED_VARIANTS + voice.UNSEEN_VARIANTS, _as_the_company_speaks)
        (tmp_path / "call.wav").write_bytes(call.wav)
        words += call.words
        heard += hear(store, "call.wav", Asr())
    assert jiwer.wer(words, heard) <= README_FIGURE + SCATTER
