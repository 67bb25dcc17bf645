"""What should stand in Metabase, read from ``dashboards/*.yaml`` and ``questions/*.sql``."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synapse.errors import ConfigurationError

FOLDER = Path(__file__).resolve().parent
GRID_COLUMNS = 24
_TABLE = re.compile(r"\b(?:from|join) bi\.(\w+)")
_TAG = re.compile(r"\{\{\s*(\w+)\s*\}\}")

FilterType = Literal["date/all-options", "string/="]
Display = Literal["scalar", "table", "bar", "row", "line", "area", "combo", "funnel"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Strict):
    """Where a card lies on the grid of 24 columns."""

    col: int = Field(ge=0, lt=GRID_COLUMNS)
    row: int = Field(ge=0)
    width: int = Field(gt=0, le=GRID_COLUMNS)
    height: int = Field(gt=0)


class Filter(_Strict):
    """A filter of a dashboard."""

    slug: str = Field(pattern=r"^[a-z_]+$")
    name: str
    type: FilterType
    default: str | None = None


class Card(_Strict):
    """A question on a dashboard; ``filters`` name the column of schema ``bi`` that each filter narrows."""

    question: str = Field(pattern=r"^[a-z_]+$")
    name: str
    display: Display
    place: Place
    filters: dict[str, str] = Field(default_factory=dict)
    settings: dict[str, Any] = Field(default_factory=dict)


class _DashboardFile(_Strict):
    name: str
    description: str
    filters: list[Filter]
    cards: list[Card]


@dataclass(frozen=True)
class Dashboard:
    """One dashboard.

    Attributes:
        key: Name of its file.
        sql: Query of each card by the question's name.
    """

    key: str
    name: str
    description: str
    filters: tuple[Filter, ...]
    cards: tuple[Card, ...]
    sql: dict[str, str]

    @property
    def tables(self) -> set[str]:
        """Views of schema ``bi`` that the queries read."""
        return {table for sql in self.sql.values() for table in _TABLE.findall(sql)}


def load_dashboards(folder: Path = FOLDER) -> list[Dashboard]:
    """Read and check all definitions.

    Raises:
        ConfigurationError: A file does not hold together; the message names it.
    """
    return [_load(path, folder / "questions") for path in sorted((folder / "dashboards").glob("*.yaml"))]


def _load(path: Path, questions: Path) -> Dashboard:
    try:
        found = _DashboardFile.model_validate(yaml.safe_load(path.read_text()))
        sql = {
            card.question: (questions / f"{card.question}.sql").read_text().strip() for card in found.cards
        }
    except (yaml.YAMLError, ValidationError, OSError) as error:
        raise ConfigurationError(f"metabase/{path.name}: {error}", hint="Mend the file.") from error
    for card in found.cards:
        _check(path, card, {one.slug for one in found.filters}, sql[card.question])
    return Dashboard(path.stem, found.name, found.description, tuple(found.filters), tuple(found.cards), sql)


def _check(path: Path, card: Card, slugs: set[str], sql: str) -> None:
    tags = tags_of(sql)
    if tags != card.filters.keys() or not tags <= slugs:
        raise ConfigurationError(
            f"metabase/{path.name}: the filters of {card.question} and its query differ:"
            f" {sorted(tags ^ card.filters.keys()) or sorted(tags - slugs)}.",
            hint="Every {{tag}} of the query is a filter of the dashboard with a column.",
        )
    if card.place.col + card.place.width > GRID_COLUMNS:
        raise ConfigurationError(
            f"metabase/{path.name}: {card.question} does not fit the grid.", hint="24 columns are there."
        )


def tags_of(sql: str) -> set[str]:
    """Names of the filters in a query."""
    return set(_TAG.findall(sql))
