import io

from hypothesis import given
from hypothesis import strategies as st

from synapse.landing import text_lines
from synapse.landing.text_lines import read_blocks


def lines_of(
    data: bytes, **options: int | bool
) -> tuple[list[str | None], int, list[tuple[int | None, str]]]:
    lines: list[str | None] = []
    end, rejects = int(options.get("offset", 0)), []
    for block in read_blocks(io.BytesIO(data), **options):  # type: ignore[arg-type]
        assert block.first_number == options.get("lines_before", 0) + len(lines) + 1
        lines += block.lines
        rejects += [(one.line_number, one.reason_code) for one in block.rejects]
        end = block.end
    return lines, end, rejects


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0\ufeff"), max_size=20)))
def test_lines_come_back_whatever_separators_unicode_knows(lines: list[str]) -> None:
    data = "".join(f"{line}\n" for line in lines).encode()
    assert lines_of(data) == (lines, len(data), [])
    assert lines_of(data.replace(b"\n", b"\r\n"))[0] == lines


def test_the_end_is_the_offset_of_the_first_byte_not_read() -> None:
    assert lines_of(b"one\ntwo\nthr", is_final=False) == (["one", "two"], 8, [])
    assert lines_of(b"one\ntwo\nthr", is_final=True) == (["one", "two", "thr"], 11, [])
    assert lines_of(b"three\n", offset=8, lines_before=2) == (["three"], 14, [])


@given(st.binary(max_size=200))
def test_every_line_is_read_or_rejected(data: bytes) -> None:
    lines, end, rejects = lines_of(data)
    assert end == len(data)
    assert [number for number, line in enumerate(lines, 1) if line is None] == [
        number for number, _ in rejects
    ]


def test_blocks_are_cut_anywhere(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    data = "".join(f"строка {number}\n" for number in range(50)).encode()
    whole = lines_of(data)
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr(text_lines, "BLOCK_BYTES", size)
        assert lines_of(data) == whole


def test_an_endless_line_is_let_go_of(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(text_lines, "BLOCK_BYTES", 64)
    monkeypatch.setattr(text_lines, "LONGEST_LINE_BYTES", 100)
    data = b"a\n" + b"x" * 1000 + b"\nb\n"
    assert lines_of(data) == (["a", None, "b"], len(data), [(2, "line_too_long")])
    assert lines_of(data[:500], is_final=False) == (["a"], 2, [])
    assert lines_of(data[:500], is_final=True) == (["a", None], 500, [(2, "line_too_long")])
