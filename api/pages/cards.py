"""The card of a headline figure: number, comparison, spark line, link to the rows behind it."""

from dataclasses import dataclass
from typing import Literal

from synapse.reports.figures import Figure

Direction = Literal["up", "down"]
Verdict = Literal["good", "bad", "neutral"]


@dataclass(frozen=True)
class Card:
    """One headline figure, ready to be shown.

    Attributes:
        key: Its words in the catalogues: ``figure.<key>`` and ``figure.<key>.definition``.
        value: The number as text.
        rows: What is behind it, as text: "12 calls".
        href: The list of those rows.
        count: How many rows the list has.
        comparison: The comparison as text; empty when there is nothing to compare with.
        change: The change as text: "+12 %".
        verdict: Whether the change is good news.
        series: For the spark line.
        tone: Colour of the number where it means money at risk or a broken promise.
    """

    key: str
    value: str
    rows: str
    href: str
    count: int
    comparison: str = ""
    change: str = ""
    verdict: Verdict = "neutral"
    series: tuple[float | None, ...] = ()
    tone: Literal["danger", "warning", "success", ""] = ""


def verdict_of(figure: Figure, better: Direction, *, least: float = 0.02) -> Verdict:
    """Whether a figure's change is good news; changes below ``least`` are none."""
    change = figure.change
    if change is None or abs(change) < least:
        return "neutral"
    return "good" if (change > 0) == (better == "up") else "bad"
