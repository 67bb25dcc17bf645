"""The defaults that SQL uses before anything was saved are those of the settings' schema."""

import csv

import pytest

from synapse.environment import PROJECT_ROOT
from synapse.settings.sections import Settings
from synapse.sources.overview import LONGEST_SILENCE

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_thresholds() -> None:
    (seed,) = _rows("default_thresholds")
    thresholds = Settings().thresholds.model_dump()
    assert {name: int(value) for name, value in seed.items()} == {name: thresholds[name] for name in seed}


@pytest.mark.parametrize("row", _rows("default_calendar"), ids=lambda row: row["weekday_name"])
def test_working_hours(row: dict[str, str]) -> None:
    day = Settings().calendar.weekdays[row["weekday_name"]]  # type: ignore[index]
    expected = ("", "") if day is None else (day.opens.isoformat(), day.closes.isoformat())
    assert (row["opens"], row["closes"]) == expected


def test_company() -> None:
    (seed,) = _rows("default_company")
    settings = Settings()
    assert seed == {
        "zone": settings.calendar.zone,
        "internal_number_max_digits": str(settings.integrations.asterisk.internal_number_max_digits),
        "currency": settings.integrations.onec.currency,
    }


def test_how_long_sources_may_be_silent() -> None:
    limits = {row["source"]: int(row["longest_silence_hours"]) for row in _rows("source_silence_limits")}
    assert limits == {name: limit.total_seconds() / 3600 for name, limit in LONGEST_SILENCE.items()}
