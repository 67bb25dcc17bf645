"""Encoding, delimiter and header of a 1C export are found from its content."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synapse.landing.errors import FileRefusedError
from synapse.landing.onec_table import Shape, find_columns, find_shape, read_head, read_rows

HEADER = ["Номер чека", "Дата", "Сумма", "Телефон", "Комментарий"]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be", "cp866", "koi8-r"]


def table(rows: list[list[str]], delimiter: str, encoding: str) -> io.BytesIO:
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    return io.BytesIO(text.encode(encoding))


def shape_of(stream: io.BytesIO) -> Shape:
    return find_shape(read_head(stream), stream, {})


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    rows = [["Отчёт за ноябрь"], HEADER, ["КА-1", "24.11.2026", "1 200,50", "8 916 123-45-67", "Ёлкин; Пётр"]]
    stream = table(rows, delimiter, encoding)
    shape = shape_of(stream)
    assert (shape.encoding, shape.delimiter, shape.header_row) == (encoding, delimiter, 2)
    ((records, rejects), *_) = read_rows(shape, stream)
    assert rejects == []
    assert [cells for _, cells, _ in records] == rows[2:]


@given(
    st.lists(
        st.text(st.characters(codec="cp1251", exclude_characters='"\r\n\x98', min_codepoint=32), max_size=20),
        min_size=5,
        max_size=5,
    )
)
@settings(max_examples=60)
def test_cells_come_back_as_they_were(cells: list[str]) -> None:
    stream = table([HEADER, ["начало", *HEADER[1:]], cells], ";", "cp1251")
    found = [row for records, _ in read_rows(shape_of(stream), stream) for _, row, _ in records]
    assert found[-1] == cells


def test_a_header_below_the_first_ten_rows_is_not_looked_for() -> None:
    with pytest.raises(FileRefusedError, match="No header"):
        shape_of(table([["x"]] * 10 + [HEADER], ";", "utf-8"))


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["№", "Дата", "Итого"], {"receipt_number": 0, "issued_at": 1, "amount": 2}),
        (
            ["Сумма НДС", "Сумма", "НОМЕР ДОКУМЕНТА", "Дата/время"],
            {"amount": 1, "receipt_number": 2, "issued_at": 3},
        ),
        (["Сумма", "Сумма документа"], {"amount": 1}),
        (
            ["E-mail", "Моб. телефон", "Кассир", "Примечание"],
            {"email": 0, "phone": 1, "manager": 2, "comment": 3},
        ),
        (["Цвет", "", "Размер"], {}),
    ],
)
def test_headers_are_guessed(headers: list[str], found: dict[str, int]) -> None:
    assert find_columns(headers, {}) == found


def test_a_mapping_overrules_the_guess_and_one_that_names_no_header_changes_nothing() -> None:
    headers = ["Номер", "Дата", "Сумма", "Скидка"]
    assert find_columns(headers, {"amount": "скидка"})["amount"] == 3
    assert find_columns(headers, {"amount": "Оплата"})["amount"] == 2


@given(st.binary(max_size=600))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    stream = io.BytesIO(data)
    try:
        shape = shape_of(stream)
        rows = [record for records, _ in read_rows(shape, stream) for record in records]
    except FileRefusedError as error:
        assert error.hint
    else:
        assert {"receipt_number", "amount"} <= set(shape.columns)
        assert all(number > shape.header_row for number, _, _ in rows)
