import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from synapse.landing.csv_records import RecordReader
from synapse.landing.records import Reject
from synapse.landing.text_lines import read_blocks

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=12)


def read(text: str, cut: int = -1) -> tuple[list[list[str]], list[Reject]]:
    """Read in one look, or in two with a cut between."""
    reader, rejects, rows = RecordReader(","), [], []  # type: ignore[var-annotated]
    data = text.encode()
    offset = lines = 0
    for end in (cut, len(data)) if cut >= 0 else (len(data),):
        for block in read_blocks(
            io.BytesIO(data[offset:end]), offset=offset, lines_before=lines, is_final=end == len(data)
        ):
            rows += reader.read(block.lines, block.first_number, rejects)
            offset, lines = block.end, block.first_number + len(block.lines) - 1
        reader = RecordReader(",", reader.open_lines)
    rows += reader.finish(rejects)
    return [cells for _, cells, _ in rows], rejects


def written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


@given(ROWS)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    assert read(written(rows)) == (rows, [])


@given(ROWS, st.floats(0, 1))
def test_it_does_not_matter_where_one_look_ended_and_the_next_began(
    rows: list[list[str]], share: float
) -> None:
    text = written(rows)
    assert read(text, int(len(text.encode()) * share)) == (rows, [])


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    rows, rejects = read('a,"b\n' + "".join(f"{n},x\n" for n in range(200)))
    assert len(rows) == 200
    assert [(one.line_number, one.reason_code) for one in rejects] == [(1, "unclosed_quote")]


@given(st.text(alphabet='ab,"\n', max_size=60))
def test_no_line_is_lost(text: str) -> None:
    rows, rejects = read(text)
    assert sum(1 for row in rows if row) + len(rejects) <= text.count("\n") + 1
    if text.strip("\n") and '"' not in text:
        assert [row for row in rows if row] == [line.split(",") for line in text.split("\n") if line]
