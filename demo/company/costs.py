"""What advertising cost: a month a file, cp1251 with semicolons, as a marketer exports it."""

import csv
from pathlib import Path
from random import Random

from demo.company import clock
from demo.company.options import Options
from demo.company.web import SOURCES, Source

_HEADER = "Дата;Дата окончания;Источник;Канал;Кампания;Расход, руб.;Валюта"
_ENQUIRIES_PER_CALL = 0.3
_ROUBLES_PER_ENQUIRY = {"okna_msk": 2400, "balkony": 1800, "okna_brand": 2100, "skidka_noyabr": 3900}
_CARD_A_DAY = 450
"""The card in a guide of firms is paid by the month, all other campaigns by the day."""


def write_costs(options: Options, folder: Path, rng: Random) -> None:
    """Write the costs of all days, the first month's once more with a sum corrected, and the truth beside."""
    folder.mkdir(parents=True, exist_ok=True)
    months: dict[str, list[int]] = {}
    for number in range(options.days):
        day = options.start + number * clock.DAY
        months.setdefault(clock.local_form(day, "%Y-%m"), []).append(day)
    total: dict[str, int] = {}
    for place, (month, days) in enumerate(months.items()):
        rows = [_month(days), *(_day(day, source, options, rng) for day in days for source in _paid_by_day())]
        if place == 0:
            first = rows[1]
            mistyped = [rows[0], (*first[:5], first[5] * 10), *rows[2:]]
            _write(folder / f"Расходы_{month}.csv", mistyped)
            _write(folder / f"Расходы_{month}_исправлено.csv", rows[:2])
        else:
            _write(folder / f"Расходы_{month}.csv", rows)
        for row in rows:
            total[row[4]] = total.get(row[4], 0) + row[5]
    with (options.target / "truth" / "costs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["campaign", "amount"])
        writer.writerows(sorted(total.items()))


_Row = tuple[str, str, str, str, str, int]


def _paid_by_day() -> list[Source]:
    return [source for source in SOURCES if source.campaign in _ROUBLES_PER_ENQUIRY]


def _day(day: int, source: Source, options: Options, rng: Random) -> _Row:
    expected = options.calls_per_day * _ENQUIRIES_PER_CALL * source.weight
    roubles = max(1, round(expected * _ROUBLES_PER_ENQUIRY[source.campaign] * rng.uniform(0.75, 1.25)))
    return (
        clock.local_form(day, "%d.%m.%Y"),
        "",
        source.source.capitalize(),
        source.medium,
        source.campaign,
        roubles,
    )


def _month(days: list[int]) -> _Row:
    first, last = clock.local_form(days[0], "%d.%m.%Y"), clock.local_form(days[-1], "%d.%m.%Y")
    return first, last, "2gis", "referral", "card", _CARD_A_DAY * len(days)


def _write(path: Path, rows: list[_Row]) -> None:
    lines = ["Расходы на рекламу", _HEADER]
    for *cells, roubles in rows:
        lines.append(";".join([*map(str, cells), f"{roubles:,}".replace(",", " ") + ",00", "руб."]))
    whole = f"{sum(row[5] for row in rows):,}".replace(",", " ")
    lines.append(f"Итого;;;;;{whole},00;")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1251"))
