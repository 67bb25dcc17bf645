"""1C exports: encodings, delimiters, forms of numbers and dates, corrections, workbooks."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from synapse.database.tables.raw import receipts, rejected_rows
from synapse.landing.context import FileContext
from synapse.landing.errors import FileRefusedError
from synapse.landing.onec_receipts import preview
from synapse.settings.sections import Settings
from tests.integration.landing.conftest import NOW, Landing

KEY = "landing/1c/чеки.csv"
HEADER = "Номер чека;Дата;Покупатель;Телефон;Сумма;Вид операции;Комментарий\n"
ROW = "КА-1;24.11.2026 18:06:54;Ёлкин Пётр;8 (916) 123-45-67;12\u00a0500,00;Продажа;\n"


def load(landing: Landing, text: str, encoding: str = "cp1251", key: str = KEY, **options: Any) -> Any:
    landing.put(key, text.encode(encoding), **options)
    (outcome,) = landing.load("onec_receipts")
    return outcome


def test_a_receipt_as_1c_usually_writes_it(landing: Landing) -> None:
    outcome = load(landing, HEADER + ROW)
    assert (outcome.state, outcome.rows_loaded, outcome.rows_rejected) == ("loaded", 1, 0)
    (row,) = landing.rows(receipts, "receipt_number", "issued_on", "amount", "customer_name", "phone", "kind")
    assert row == ("КА-1", date(2026, 11, 24), Decimal("12500.00"), "Ёлкин Пётр", "+79161234567", "sale")


def test_every_canonical_column_finds_its_place_and_others_are_kept(landing: Landing) -> None:
    header = (
        "Номер;Дата;Время;Вид операции;Сумма документа;Валюта;Контрагент;Код контрагента;Моб. телефон;"
        "Эл. почта;Магазин;Кассир;Примечание;Чек основание;Скидка\n"
    )
    row = (
        "7;24.11.2026;9:05;Возврат от покупателя;500;руб.;ООО «Ромашка»;К-7;нет;Ivan@Example.ru;Центр;Анна;"
        "жена 8-903-765-43-21;Чек ККМ КА-1 от 20.11.2026 10:00:00;5%\n"
    )
    load(landing, header + row, "utf-8")
    with landing.engine.connect() as connection:
        found = connection.execute(sa.select(receipts)).one()
    assert found.issued_at == datetime(2026, 11, 24, 6, 5, tzinfo=UTC)
    assert (found.kind, found.amount, found.currency) == ("return", Decimal("-500.00"), "RUB")
    assert (found.customer_name, found.customer_code, found.phone) == ("ООО «Ромашка»", "К-7", None)
    assert (found.email, found.shop, found.manager) == ("ivan@example.ru", "Центр", "Анна")
    assert found.phones_in_comment == ["+79037654321"]
    assert found.returned_receipt_number == "КА-1"
    assert found.extra == {"Скидка": "5%", "phone_as_written": "нет"}


def test_the_header_may_stand_below_a_title_and_totals_and_repeats_are_passed_over(landing: Landing) -> None:
    text = f"Отчёт о продажах;;;;;;\n\nПериод: ноябрь;;;;;;\n{HEADER}{ROW}{HEADER}Итого;;;;12 500,00;;\n"
    outcome = load(landing, text)
    assert (outcome.rows_loaded, outcome.rows_rejected) == (1, 0)
    assert landing.file(KEY).details["shape"]["header_row"] == 4


def test_a_document_column_holds_number_and_date(landing: Landing) -> None:
    load(landing, "Документ;Сумма\nЧек ККМ на возврат КА00-000123 от 24.11.2026 18:06:54;100,50\n")
    assert landing.rows(receipts, "receipt_number", "issued_on", "kind", "amount") == [
        ("КА00-000123", date(2026, 11, 24), "return", Decimal("-100.50"))
    ]


def test_the_mapping_in_settings_overrules_the_guess(landing: Landing) -> None:
    landing.settings = Settings.model_validate(
        {
            "integrations": {
                "onec": {"currency": "BYN", "column_mapping": {"amount": "Оплачено картой", "phone": "Связь"}}
            }
        }
    )
    load(landing, "Номер;Дата;Сумма;Оплачено картой;Связь\n1;24.11.2026;100;90;+375291234567\n")
    assert landing.rows(receipts, "amount", "currency", "phone") == [
        (Decimal("90.00"), "BYN", "+375291234567")
    ]


ITEMS = "Документ;Контрагент;Номенклатура;Количество;Цена;Сумма\n"


def test_rows_of_items_are_one_receipt_with_the_sum(landing: Landing) -> None:
    sale, later, back = (
        f"{kind} от 24.11.2026 18:06:54;Ёлкин"
        for kind in ("Реализация КА-1", "Реализация КА-2", "Возврат товаров КА-3")
    )
    rows = (
        f"{sale};Окно ПВХ;2;10 000,00;20 000,00\n{sale};Монтаж;1;;5 000,50\n{sale};Скидка;;;-1 000\n"
        f"{later};Окно ПВХ;;;7\n{back};Окно ПВХ;;;100\n{sale};Подоконник;;;1\n"
    )
    outcome = load(landing, ITEMS + rows)
    assert (outcome.rows_loaded, outcome.rows_rejected) == (3, 0)
    assert landing.rows(receipts, "receipt_number", "kind", "amount", order="receipt_number") == [
        ("КА-1", "sale", Decimal("24001.50")),
        ("КА-2", "sale", Decimal("7.00")),
        ("КА-3", "return", Decimal("-100.00")),
    ]
    lines = landing.rows(receipts, "lines", order="receipt_number")[0]
    assert lines[0] == {"name": "Окно ПВХ", "quantity": "2", "price": "10 000,00", "amount": "20000.00"}
    assert [line["name"] for line in lines] == ["Окно ПВХ", "Монтаж", "Скидка", "Подоконник"]


def test_a_receipt_of_many_items_far_apart_is_added_up_once_and_again_when_corrected(
    landing: Landing,
) -> None:
    def text(price: int) -> str:
        others = "".join(f"Чек П-{n} от 24.11.2026;Ёлкин;Окно;;;{n}\n" for n in range(1, 20_001))
        mine = f"Чек М-1 от 24.11.2026;Ёлкин;Окно;;;{price}\n"
        return ITEMS + mine + others + mine

    for price in (100, 300):
        load(landing, text(price), at=NOW - timedelta(days=1) + timedelta(minutes=price))
        with landing.engine.connect() as connection:
            mine = sa.select(receipts).where(receipts.c.receipt_number == "М-1")
            found = connection.execute(mine).one()
        assert (found.amount, len(found.lines)) == (2 * price, 2)


def test_an_amount_of_the_document_is_not_added_up_over_its_items(landing: Landing) -> None:
    row = "Чек М-1 от 24.11.2026;Ёлкин;{};1;50;50;100\n"
    load(landing, ITEMS.replace("Сумма", "Сумма;Сумма документа") + row.format("Окно") + row.format("Дверь"))
    assert landing.rows(receipts, "amount", "lines") == [(Decimal("100.00"), None)]


def test_bad_rows_are_rejected_with_reasons_and_the_rest_loads(landing: Landing) -> None:
    rows = [
        ";24.11.2026;;;1;;\n",
        "2;32.11.2026;;;1;;\n",
        "3;24.11.2026;;;сто;;\n",
        "4;24.11.2026;;;;;\n",
        "5;24.11.2031;;;1;;\n",
        "6;24.11.2026;;;1,234;;\n",
        "7;24.11.2026;a;b;1;c;d;лишнее\n",
        "8;24.11\n",
    ]
    outcome = load(landing, HEADER + ROW + "".join(rows))
    assert (outcome.rows_loaded, outcome.rows_rejected) == (1, 8)
    assert landing.rejects() == [
        (3, "no_number"), (4, "bad_date"), (5, "bad_amount"), (6, "no_amount"), (7, "future_time"),
        (8, "ambiguous_amount"), (9, "wrong_columns"), (10, "wrong_columns"),
    ]  # fmt: skip
    assert landing.rows(rejected_rows, "original", order="id")[0] == ";24.11.2026;;;1;;"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a;b;c\n1;2;3\n", "No header"),
        ("Номер;Дата\n1;24.11.2026\n".encode("cp1251"), "amount"),
        (b"\x1f\x8b\x08" + bytes(500), "gzip"),
        (b"PK\x03\x04" + bytes(500), "workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), ".xls"),
        (bytes(range(256)) * 100, "binary"),
        ((HEADER + ROW * 3000).encode() + HEADER.encode("cp1251"), "not utf-8"),
        ((HEADER + ROW.replace("24.11.2026", "вчера")).encode("cp1251"), "is no date"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_a_reason_and_a_hint(
    landing: Landing, data: bytes, words: str
) -> None:
    landing.put(KEY, data)
    landing.put("landing/1c/good.csv", (HEADER + ROW).encode("cp1251"), NOW)
    states = {one.key: one.state for one in landing.load("onec_receipts")}
    assert states == {KEY: "failed", "landing/1c/good.csv": "loaded"}
    entry = landing.file(KEY)
    assert words in entry.error
    assert entry.hint
    assert landing.pending("onec_receipts") == []
    assert landing.count(receipts) == 1


def test_a_corrected_file_replaces_its_rows_and_receipts_keep_their_ids(landing: Landing) -> None:
    load(landing, HEADER + ROW + ROW.replace("КА-1", "КА-2"))
    before = dict(landing.rows(receipts, "receipt_number", "id"))
    load(landing, HEADER + ROW.replace("12\u00a0500", "99") + ROW.replace("КА-1", "КА-3"), at=NOW)
    rows = {row[0]: row[1:] for row in landing.rows(receipts, "receipt_number", "amount", "id")}
    assert set(rows) == {"КА-1", "КА-3"}
    assert rows["КА-1"] == (Decimal("99.00"), before["КА-1"])


def test_a_correction_that_cannot_be_read_leaves_the_rows(landing: Landing) -> None:
    load(landing, HEADER + ROW)
    outcome = load(landing, HEADER + ROW + "\x98".encode("latin-1").decode("latin-1"), "utf-8", at=NOW)
    assert outcome.rows_rejected == 1
    landing.put(KEY, b"junk", NOW + timedelta(seconds=1))
    assert [one.state for one in landing.load("onec_receipts")] == ["failed"]
    assert landing.count(receipts) == 1


def test_the_later_file_wins_even_when_it_was_loaded_first(landing: Landing) -> None:
    load(landing, HEADER + ROW.replace("12\u00a0500", "99"), key="landing/1c/b.csv", at=NOW)
    load(landing, HEADER + ROW, key="landing/1c/a.csv")
    assert landing.rows(receipts, "amount") == [Decimal("99.00")]
    load(
        landing,
        HEADER + ROW.replace("12\u00a0500", "77"),
        key="landing/1c/c.csv",
        at=NOW + timedelta(seconds=9),
    )
    assert landing.rows(receipts, "amount") == [Decimal("77.00")]


def test_the_same_receipt_twice_in_a_file_counts_once_the_last_stands(landing: Landing) -> None:
    load(landing, HEADER + ROW + ROW.replace("12\u00a0500", "13"))
    assert landing.rows(receipts, "amount") == [Decimal("13.00")]
    assert landing.file(KEY).details["superseded"] == 1


def test_the_same_content_is_loaded_once(landing: Landing) -> None:
    load(landing, HEADER + ROW)
    assert load(landing, HEADER + ROW, key="landing/1c/copy.csv", at=NOW).state == "duplicate"
    assert load(landing, HEADER + ROW, at=NOW + timedelta(seconds=1)).rows_loaded == 0
    assert landing.count(receipts) == 1


def test_databases_of_their_own_folder_do_not_mix(landing: Landing) -> None:
    landing.put("landing/1c/north/a.csv", (HEADER + ROW).encode("cp1251"))
    landing.put("landing/1c/south/b.csv", (HEADER + ROW + "\n").encode("cp1251"))
    landing.load("onec_receipts")
    assert sorted(landing.rows(receipts, "source")) == ["north", "south"]


def test_quotes_line_breaks_and_windows_ends(landing: Landing) -> None:
    row = 'КА-1;24.11.2026;"ООО ""Ромашка""";;5;;"две\r\nстроки"\r\n' + 'КА-2;24.11.2026;5" труба;;6;;\r\n'
    outcome = load(landing, HEADER.replace("\n", "\r\n") + row)
    assert (outcome.rows_loaded, outcome.rows_rejected) == (2, 0)
    assert landing.rows(receipts, "customer_name", "comment") == [
        ('ООО "Ромашка"', "две\nстроки"),
        ('5" труба', None),
    ]


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_workbook_is_known_by_content_not_by_name(landing: Landing) -> None:
    rows: list[list[object]] = [
        ["Отчёт"], [], ["Номер", "Дата", "Сумма", "Телефон", "Клиент"],
        ["1", datetime(2026, 11, 24, 18, 6),  # noqa: DTZ001
        12500.5, 79161234567, "Ёлкин"],
        [2, "25.11.2026", "1 000,00", "8 916 123 45 68", None],
        ["Итого", None, 13500.5, None, None],
    ]  # fmt: skip
    landing.put("landing/1c/sales.csv", workbook(rows))
    landing.put("landing/1c/text.xlsx", (HEADER + ROW).encode("cp1251"), NOW)
    assert [one.rows_loaded for one in landing.load("onec_receipts")] == [2, 1]
    found = sorted(landing.rows(receipts, "receipt_number", "amount", "phone"))
    assert found == [
        ("1", Decimal("12500.50"), "+79161234567"),
        ("2", Decimal("1000.00"), "+79161234568"),
        ("КА-1", Decimal("12500.00"), "+79161234567"),
    ]


def test_a_truncated_workbook_is_said_to_be_damaged(landing: Landing) -> None:
    landing.put("landing/1c/a.xlsx", workbook([["Номер", "Дата", "Сумма"], ["1", "24.11.2026", 5]])[:-200])
    (outcome,) = landing.load("onec_receipts")
    assert (outcome.state, outcome.error) == ("failed", "The file is a damaged workbook.")


def test_a_workbook_that_unpacks_to_too_much_is_refused(landing: Landing) -> None:
    import zipfile

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(50_000_000))
    landing.put("landing/1c/bomb.xlsx", data.getvalue())
    (outcome,) = landing.load("onec_receipts")
    assert outcome.state == "failed"
    assert "far too much" in (outcome.error or "")


def test_the_preview_shows_how_a_file_would_be_read() -> None:
    data = (HEADER + ROW * 5 + "9;вчера;;;1;;\n").encode("cp1251")
    seen = preview(io.BytesIO(data), Settings(), FileContext(KEY, Settings(), NOW))
    assert (seen.encoding, seen.delimiter, seen.header_row) == ("cp1251", ";", 1)
    assert seen.mapping["amount"] == "Сумма"
    assert len(seen.rows) == 3
    assert (seen.rows[0]["amount"], seen.rows[0]["phone"]) == ("12500.00", "+79161234567")
    assert [(one.line_number, one.reason_code) for one in seen.rejects] == [(7, "bad_date")]
    with pytest.raises(FileRefusedError):
        preview(io.BytesIO(b"a,b\n1,2\n"), Settings(), FileContext(KEY, Settings(), NOW))
