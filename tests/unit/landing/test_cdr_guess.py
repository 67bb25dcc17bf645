"""A custom CDR file that nobody described is understood from what stands in it."""

from synapse.landing.asterisk_cdr import MASTER
from synapse.landing.cdr_guess import guess_columns

START = "2026-03-02 10:00:00"


def row(number: int, *more: str, linkedid: str = "1772434800.1") -> list[str]:
    caller = f"7916123456{number}"
    return [
        *(
            "",
            caller,
            "500",
            "from-trunk",
            f'"Анна {number}" <{caller}>',
            "PJSIP/t-1",
            "PJSIP/101-2",
            "Queue",
        ),
        *("500,t", START, START, "2026-03-02 10:01:00", "60", "55", "ANSWERED", "DOCUMENTATION"),
        *(f"1772434800.{number}", "", *more),
    ]


def test_linkedid_sequence_line_recording_and_caller_are_told_apart() -> None:
    rows = [
        row(n, "", "1772434800.1", str(100 + n), "74951234501", f"in-{n}.wav", f"7916123456{n}", f"Анна {n}")
        for n in range(1, 5)
    ]
    assert guess_columns(rows, MASTER) == (
        *MASTER,
        *("column_19", "linkedid", "sequence", "did", "recordingfile", "cnum", "cnam"),
    )


def test_a_column_of_unknown_meaning_keeps_its_number() -> None:
    assert guess_columns([row(1, "x;y"), row(2, "z")], MASTER) == (*MASTER, "column_19")


def test_a_broken_row_among_good_ones_does_not_spoil_the_guess() -> None:
    rows = [row(1, "1772434800.1"), row(2, "1772434800.1"), ["truncated", "row"]]
    assert guess_columns(rows, MASTER) == (*MASTER, "linkedid")


def test_rows_that_do_not_begin_as_master_csv_are_not_guessed_at() -> None:
    assert guess_columns([["a"] * 25, ["b"] * 25], MASTER) is None
    assert guess_columns([row(1)], MASTER) is None  # exactly the standard columns: nothing to guess
    assert guess_columns([], MASTER) is None
