"""What a test of a connection found, in the words of the person who pressed the button."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from synapse.errors import SynapseError
from synapse.settings.words import Bilingual

NOTHING = Bilingual("", "")


@dataclass(frozen=True)
class Fact:
    """One thing seen on the way."""

    label: Bilingual
    value: str


@dataclass(frozen=True)
class Finding:
    """What a test found.

    Attributes:
        is_working: The connection does what it is for.
        summary: One sentence.
        hint: What to do next; empty where nothing need be done.
        facts: Versions, speeds, counts.
        columns: Headers of the table of examples; empty where there is none.
        rows: The examples.
    """

    is_working: bool
    summary: Bilingual
    hint: Bilingual = NOTHING
    facts: Sequence[Fact] = field(default_factory=tuple)
    columns: Sequence[str] = field(default_factory=tuple)
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)


class ConnectionTestError(SynapseError):
    """A test cannot succeed; ``finding`` says why in both languages."""

    def __init__(self, summary: Bilingual, hint: Bilingual = NOTHING) -> None:
        super().__init__(summary.en, hint=hint.en)
        self.finding = Finding(False, summary, hint)


def not_set_up(ru: str, en: str) -> ConnectionTestError:
    """The error of a test whose settings or secrets are not filled in."""
    return ConnectionTestError(
        Bilingual(f"Не настроено: {ru}.", f"Not set up: {en}."),
        Bilingual("Заполните это и проверьте снова.", "Fill it in and test again."),
    )
