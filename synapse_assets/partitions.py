"""Company days: the partitions of everything that can be done again for one day."""

from datetime import date, timedelta

import dagster as dg

FIRST_DAY = date(2015, 1, 1)

# The key is a day in the company's zone; one day ahead of UTC so that eastern companies have a today.
days = dg.DailyPartitionsDefinition(start_date=FIRST_DAY.isoformat(), end_offset=1)


def days_of(context: dg.AssetExecutionContext | dg.OpExecutionContext) -> list[date]:
    """Return the days that a run covers: one partition, or the range of a backfill."""
    first, last = (date.fromisoformat(key) for key in context.partition_key_range)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def range_tags(first: date, last: date) -> dict[str, str]:
    """Tags of one run over a range of days."""
    return {
        "dagster/asset_partition_range_start": first.isoformat(),
        "dagster/asset_partition_range_end": last.isoformat(),
    }


def ranges(wanted: list[date]) -> list[tuple[date, date]]:
    """Join sorted days into unbroken ranges, so that each becomes one run."""
    found: list[tuple[date, date]] = []
    for day in wanted:
        if day < FIRST_DAY:
            continue
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
