"""Text → tokens: words, numbers and the punctuation that ends a thought."""

import re
from dataclasses import dataclass
from functools import cached_property

# A word may hold hyphens; 15:00, 15.07 and 10-15 are one token; 25 000 is two.
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+(?:[.,:/-]\d+)*(?:-?[^\W\d_]{1,3}\b)?|[.!?…,;₽%]")

STOPS = frozenset(".!?…;")
PAUSES = STOPS | {","}


def fold(text: str) -> str:
    """Lower case with ё as е, so that both spellings are one word; the length does not change."""
    return text.lower().replace("ё", "е")


def tokens_of(text: str) -> list[str]:
    """Return the folded tokens of ``text`` in order."""
    return _TOKEN.findall(fold(text))


@dataclass(frozen=True)
class Text:
    """A piece of text with its tokens."""

    raw: str

    @cached_property
    def tokens(self) -> list[str]:
        """Folded tokens in order."""
        return tokens_of(self.raw)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Place of each token in ``raw``, as (start, end) in characters."""
        return [match.span() for match in _TOKEN.finditer(fold(self.raw))]

    def phrase(self, start: int, end: int) -> str:
        """Return the original text of the tokens ``start`` … ``end - 1``."""
        return self.raw[self.spans[start][0] : self.spans[end - 1][1]]
