"""A small byte-level BPE with Whisper's special tokens in Whisper's order.

python -m demo.speech_model.training.tokens tokenizer.json
"""

import random
import sys
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from demo import phrases
from demo.speech_model.training import sentences

TEXT_TOKENS = 900
LANGUAGES = ("en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr")
FILLER = "<|unused|>"
"""Named "" in the model's own vocabulary: an empty token marks a multilingual model for CTranslate2."""
TIMESTAMPS = 1_501
SECONDS_PER_TIMESTAMP = 0.02


@dataclass(frozen=True)
class Ids:
    """Token ids that training needs by name."""

    end: int
    start: int
    russian: int
    transcribe: int
    no_speech: int
    no_timestamps: int
    first_timestamp: int
    blank: int

    def at(self, seconds: float) -> int:
        """Id of the timestamp nearest to ``seconds``."""
        return self.first_timestamp + min(TIMESTAMPS - 1, round(seconds / SECONDS_PER_TIMESTAMP))


def ids_of(tokenizer: Tokenizer) -> Ids:
    """Look the named tokens up."""

    def find(token: str) -> int:
        found = tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(f"the tokenizer has no {token}")
        return int(found)

    return Ids(
        end=find("<|endoftext|>"),
        start=find("<|startoftranscript|>"),
        russian=find("<|ru|>"),
        transcribe=find("<|transcribe|>"),
        no_speech=find("<|nospeech|>"),
        no_timestamps=find("<|notimestamps|>"),
        first_timestamp=find("<|0.00|>"),
        blank=find("Ġ"),
    )


def build() -> Tokenizer:
    """Train the tokenizer on the phrase book."""
    rng = random.Random(7)
    texts = [" " + sentences.training_sentence(rng) for _ in range(30_000)]
    texts += [f" {word}" for word in phrases.vocabulary() for _ in range(20)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=TEXT_TOKENS,
        min_frequency=5,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    special = [FILLER, "<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES)]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"]
    special += ["<|nospeech|>", "<|notimestamps|>"]
    special += [f"<|{number * SECONDS_PER_TIMESTAMP:.2f}|>" for number in range(TIMESTAMPS)]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    return tokenizer


if __name__ == "__main__":
    build().save(str(Path(sys.argv[1])))
