"""What charts are told: plain data for the drawing script, and spark lines as SVG points."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Unit = Literal["money", "percent", "count", "seconds"]
Tone = Literal["danger", "warning", "success", "accent", "muted"]


@dataclass(frozen=True)
class Series:
    """One line or one kind of bar; None is a gap."""

    name: str
    values: Sequence[float | None]
    tone: Tone


@dataclass(frozen=True)
class Chart:
    """A chart over labels.

    Attributes:
        kind: ``bars`` (stacked) or ``line``.
        labels: Of the horizontal axis.
        series: What is drawn.
        unit: How values are written.
        links: Where a click on each label leads; empty for nowhere.
        target: A level drawn across.
        target_name: What that level is called.
    """

    kind: Literal["bars", "line"]
    labels: Sequence[str]
    series: Sequence[Series]
    unit: Unit
    links: Sequence[str] = ()
    target: float | None = None
    target_name: str = ""

    def as_json(self) -> dict[str, object]:
        """The chart as the drawing script reads it."""
        return asdict(self)


@dataclass(frozen=True)
class Spark:
    """A spark line inside a box of ``width`` × ``height``; ``segments`` are SVG ``points``."""

    width: int
    height: int
    segments: tuple[str, ...]
    last: tuple[float, float] | None


def sparkline(values: Sequence[float | None], width: int = 120, height: int = 32) -> Spark | None:
    """Points of a spark line; None where fewer than two values are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    span = high - low or 1.0
    pad = 3
    step = (width - 2 * pad) / (len(values) - 1)
    segments: list[str] = []
    current: list[str] = []
    last: tuple[float, float] | None = None
    for index, value in enumerate(values):
        if value is None:
            segments.append(" ".join(current))
            current = []
            continue
        level = 0.5 if high == low else (value - low) / span
        last = (round(pad + index * step, 1), round(height - pad - level * (height - 2 * pad), 1))
        current.append(f"{last[0]},{last[1]}")
    segments.append(" ".join(current))
    return Spark(width, height, tuple(each for each in segments if each), last)
