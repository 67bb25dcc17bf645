"""Shards of the corpus as batches of tensors."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from demo.speech_model.training.corpus import Window
from demo.speech_model.training.network import FRAMES, LETTERS
from demo.speech_model.training.tokens import Ids, ids_of

MEL_BANDS = 80
FRAMES_PER_BATCH = 6_000
MOST_PER_BATCH = 24
MOST_TOKENS = 230
IGNORED = -100
LETTER_NUMBERS = {letter: number + 1 for number, letter in enumerate(LETTERS)}


@dataclass(frozen=True)
class Item:
    """A window and where its features lie."""

    features: NDArray[np.float16]
    window: Window


@dataclass(frozen=True)
class Batch:
    """Tensors of one step.

    Attributes:
        features: batch × 80 × frames.
        tokens: Decoder input, batch × tokens.
        labels: What should follow each token; ``IGNORED`` where nothing is asked.
        letters: Letters of each window for the CTC loss; empty where a sentence is cut off.
        frames: Length of each window before padding.
    """

    features: Tensor
    tokens: Tensor
    labels: Tensor
    letters: list[list[int]]
    frames: list[int]


class Windows:
    """All shards that were complete when last looked at.

    Args:
        folder: Where the shards are.
        pattern: Which of them.
        tokenizer: The model's tokenizer.
    """

    def __init__(self, folder: Path, pattern: str, tokenizer: Tokenizer) -> None:
        self._folder, self._pattern = folder, pattern
        self._tokenizer, self._ids = tokenizer, ids_of(tokenizer)
        self._known: set[Path] = set()
        self.items: list[Item] = []

    @property
    def ids(self) -> Ids:
        """Named token ids."""
        return self._ids

    def look(self) -> int:
        """Take in shards that have been completed since.

        Returns:
            How many windows there are now.
        """
        for index in sorted(self._folder.glob(f"{self._pattern}.json")):
            if index in self._known:
                continue
            self._known.add(index)
            values = np.memmap(index.with_suffix(".f16"), dtype=np.float16, mode="r")
            for fields in json.loads(index.read_text(encoding="utf-8")):
                window = Window(**fields)
                size = MEL_BANDS * window.frames
                features = values[window.offset : window.offset + size].reshape(MEL_BANDS, window.frames)
                self.items.append(Item(features, window))
        return len(self.items)

    def order(self, rng: random.Random) -> list[list[int]]:
        """Deal all windows into batches of like length, in an order of chance."""
        shuffled = list(range(len(self.items)))
        rng.shuffle(shuffled)
        batches: list[list[int]] = []
        for start in range(0, len(shuffled), 640):
            batch: list[int] = []
            for number in sorted(
                shuffled[start : start + 640], key=lambda number: self.items[number].window.frames
            ):
                longest = self.items[number].window.frames
                if batch and ((len(batch) + 1) * longest > FRAMES_PER_BATCH or len(batch) == MOST_PER_BATCH):
                    batches.append(batch)
                    batch = []
                batch.append(number)
            batches.append(batch)
        rng.shuffle(batches)
        return batches

    def batch(
        self, numbers: list[int], rng: random.Random, *, is_full: bool, timestamps: float = 0.8
    ) -> Batch:
        """Make tensors.

        Args:
            numbers: Which windows.
            rng: Source of chance.
            is_full: Pad to 3,000 frames, as the recogniser always does.
            timestamps: Share of windows that are written with times.
        """
        items = [self.items[number] for number in numbers]
        longest = FRAMES if is_full else max(8, *(item.window.frames for item in items))
        longest += longest % 2
        features = np.zeros((len(items), MEL_BANDS, longest), np.float32)
        inputs: list[list[int]] = []
        labels: list[list[int]] = []
        letters: list[list[int]] = []
        for row, item in enumerate(items):
            features[row, :, : item.window.frames] = item.features
            has_times = item.window.cut_at is not None or rng.random() < timestamps
            prompt, wanted, text = self._targets(item.window, has_times=has_times)
            inputs.append(prompt + text)
            labels.append(wanted + text + [self._ids.end])
            letters.append(_letters(item.window))
        width = max(map(len, inputs))
        tokens = torch.full((len(items), width), self._ids.end)
        asked = torch.full((len(items), width), IGNORED)
        for row, (given, label) in enumerate(zip(inputs, labels, strict=True)):
            tokens[row, : len(given)] = torch.tensor(given)
            asked[row, : len(label)] = torch.tensor(label)
        lengths = [item.window.frames for item in items]
        return Batch(torch.from_numpy(features), tokens, asked, letters, lengths)

    def _targets(self, window: Window, *, has_times: bool) -> tuple[list[int], list[int], list[int]]:
        """Return the prompt, what is asked after each of its tokens but the last, and the text.

        The first answer is the language or, where nobody speaks, ``<|nospeech|>``, as in Whisper's training.
        """
        ids = self._ids
        is_silent = not window.spoken and window.cut_at is None
        first = ids.no_speech if is_silent else ids.russian
        prompt = [ids.start, ids.russian, ids.transcribe]
        if not has_times:
            words = "".join(f" {sentence}" for _, _, sentence in window.spoken)
            text = self._tokenizer.encode(words, add_special_tokens=False).ids
            return [*prompt, ids.no_timestamps], [first, IGNORED, IGNORED], text[:MOST_TOKENS]
        text = [ids.at(0.0)] if is_silent else []
        for start, end, sentence in window.spoken:
            encoded = self._tokenizer.encode(f" {sentence}", add_special_tokens=False).ids
            text += [ids.at(start), *encoded, ids.at(end)]
        if window.cut_at is not None:
            text.append(ids.at(window.cut_at))
        return prompt, [first, IGNORED], text[:MOST_TOKENS]


def _letters(window: Window) -> list[int]:
    if window.cut_at is not None:
        return []
    return [LETTER_NUMBERS[letter] for letter in " ".join(sentence for _, _, sentence in window.spoken)]
