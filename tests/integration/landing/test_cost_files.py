"""Advertising costs: encodings, delimiters, periods, corrections, and what is refused and why."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from synapse.database.tables.raw import channel_costs
from tests.integration.landing.conftest import LONG_AGO, Landing

KEY = "landing/costs/расходы.csv"
HEADER = "Дата;Источник;Канал;Кампания;Расход, руб.;Валюта\n"
ROW = "24.11.2026;Yandex;CPC;okna_msk;12\u00a0500,50;руб.\n"


def load(landing: Landing, text: str, encoding: str = "cp1251", key: str = KEY, **options: Any) -> Any:
    landing.put(key, text.encode(encoding), **options)
    (outcome,) = landing.load("channel_costs")
    return outcome


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_day_s_costs_in_any_encoding_and_delimiter(landing: Landing, encoding: str, delimiter: str) -> None:
    text = f"Расходы на рекламу\n{HEADER}{ROW}Итого;;;;12 500,50;\n".replace(";", delimiter)
    text = text.replace("Расход, руб.", "Расход")
    outcome = load(landing, text, encoding)
    assert (outcome.state, outcome.rows_loaded, outcome.rows_rejected) == ("loaded", 1, 0)
    (row,) = landing.rows(channel_costs, "spent_on", "source", "medium", "campaign", "amount", "currency")
    assert row == (date(2026, 11, 24), "yandex", "cpc", "okna_msk", Decimal("12500.50"), "RUB")


def test_english_headers_iso_days_and_a_period_in_two_columns_or_one(landing: Landing) -> None:
    text = (
        "date,date end,source,medium,campaign,cost\n"
        '2026-11-01,2026-11-30,vk,social,spring,"1,234.50"\n'
        "01.12.2026 - 07.12.2026,,2gis,,,900\n"
    )
    load(landing, text, "utf-8")
    found = landing.rows(channel_costs, "spent_on", "spent_until", "medium", "campaign", "amount")
    assert found == [
        (date(2026, 11, 1), date(2026, 11, 30), "social", "spring", Decimal("1234.50")),
        (date(2026, 12, 1), date(2026, 12, 7), "(not set)", "(not set)", Decimal("900.00")),
    ]


def test_bad_rows_are_refused_with_line_and_reason_and_good_ones_stay(landing: Landing) -> None:
    bad = (
        "32.11.2026;vk;social;a;1;\n"
        "24.11.2026;;social;a;1;\n"
        "24.11.2026;vk;social;a;;\n"
        "24.11.2026;vk;social;a;-5;\n"
        "24.11.2026;vk;social;a;много;\n"
        "24.11.2026;vk;social;a;1;золото\n"
        ";vk;social;a;1;\n"
        "24.11.2026;Yandex;cpc;okna_msk;7;\n"
        "24.11.2026;vk;social;a;1;;лишнее\n"
    )
    outcome = load(landing, HEADER + ROW + bad)
    assert (outcome.rows_loaded, outcome.rows_rejected) == (1, 9)
    assert landing.rejects() == [
        (3, "bad_date"),
        (4, "no_source"),
        (5, "no_amount"),
        (6, "negative_amount"),
        (7, "bad_amount"),
        (8, "bad_currency"),
        (9, "no_date"),
        (10, "repeated"),
        (11, "wrong_columns"),
    ]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\x89PNG\r\n", "Привет, мир\n".encode()])
def test_what_is_no_table_of_costs_is_refused_whole(landing: Landing, data: bytes) -> None:
    landing.put(KEY, data)
    (outcome,) = landing.load("channel_costs")
    assert outcome.state == "failed"
    assert landing.count(channel_costs) == 0


def test_a_corrected_file_replaces_its_own_rows(landing: Landing) -> None:
    load(landing, HEADER + ROW + "25.11.2026;vk;social;a;10;\n")
    load(landing, HEADER + ROW.replace("12\u00a0500,50", "99"), at=LONG_AGO + timedelta(minutes=5))
    assert landing.rows(channel_costs, "campaign", "amount") == [("okna_msk", Decimal("99.00"))]


def test_a_later_file_corrects_a_row_whichever_is_loaded_first(landing: Landing) -> None:
    later = LONG_AGO + timedelta(minutes=5)
    load(landing, HEADER + ROW.replace("12\u00a0500,50", "99"), key="landing/costs/b.csv", at=later)
    load(landing, HEADER + ROW, key="landing/costs/a.csv")
    assert landing.rows(channel_costs, "amount") == [Decimal("99.00")]
    assert landing.pending("channel_costs") == []
