from pathlib import Path

import pytest

from synapse.landing.classify import classify

CDR = (
    '"","79161230001","500","from-trunk","","A","B","Queue","500","2026-11-24 18:06:54",,'
    '"2026-11-24 18:07:54",60,0,"NO ANSWER","DOCUMENTATION","1795532814.1",""\n'
)
CEL = (
    '"CHAN_START","1795532814.1","","","","","","s","in","A","","","3","","1795532814.1","1795532814.1","",'
    '"","",""\n'
)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(64)


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("Master.csv", CDR, "landing/asterisk/Master.csv"),
        ("calls of may.csv", CDR, "landing/asterisk/cdr-calls of may.csv"),
        ("x.txt", "calldate,src,dst,disposition,uniqueid\n", "landing/asterisk/cdr-x.csv"),
        ("events.csv", CEL, "landing/asterisk/cel-events.csv"),
        ("cel_2026.csv", CEL, "landing/asterisk/cel_2026.csv"),
        ("queue_log", "1795532800|NONE|NONE|NONE|QUEUESTART|\n", "landing/asterisk/queue_log"),
        ("queue_log.1", "1795532800|NONE|NONE|NONE|QUEUESTART|\n", "landing/asterisk/queue_log.1"),
        ("q.txt", "1795532800|1.1|500|NONE|DID|7\n", "landing/asterisk/queue_log-q.txt"),
        ("чеки.csv", "Номер;Дата;Сумма\n1;24.11.2026;5\n".encode("cp1251"), "landing/1c/чеки.csv"),
        ("чеки.txt", "Номер;Дата;Сумма\n".encode("utf-16"), "landing/1c/чеки.csv"),
        ("a.json", '{"text": "x", "segments": [{"start": 0}]}', "landing/transcripts/a.json"),
        ("b.json", '[{"start": 0, "end": 1, "text": "x"}]', "landing/transcripts/b.json"),
        ("c.txt", "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n", "landing/transcripts/c.vtt"),
        ("d.srt", "1\r\n00:00:00,000 --> 00:00:01,000\r\nx\r\n", "landing/transcripts/d.srt"),
        ("e.log", '{"event_id": "1", "occurred_at": "2026-11-24T00:00:00Z"}\n', "landing/web/e.jsonl"),
        ("f.json", '{"update_id": 1, "message": {}}\n{"update_id": 2}\n', "landing/telegram/f.jsonl"),
        ("notes.txt", "hello\n", None),
        ("page.html", "<html></html>", None),
        ("table.csv", "a,b,c\n1,2,3\n", None),
        ("empty.csv", "", None),
        ("junk.bin", bytes(range(256)) * 9, None),
        ("x.json", '{"a": 1}', None),
        ("x.csv", b"PK\x03\x04" + bytes(90), None),
    ],
)
def test_files_are_known_by_content(tmp_path: Path, name: str, data: str | bytes, key: str | None) -> None:
    file = tmp_path / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    assert classify(file) == key


def test_a_workbook_of_receipts(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.active.append(["Номер", "Дата", "Сумма"])
    book.active.append(["1", "24.11.2026", 5])
    book.save(tmp_path / "sales.xlsx")
    assert classify(tmp_path / "sales.xlsx") == "landing/1c/sales.xlsx"


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("monitor/2026/11/24/in-101.wav", WAV, "recordings/2026/11/24/in-101.wav"),
        ("backup/2026/11/24/in-101.WAV", WAV, "recordings/2026/11/24/in-101.WAV"),
        ("calls/1795532814.1.mp3", b"ID3" + bytes(64), "recordings/calls/1795532814.1.mp3"),
        ("calls/1.dat", b"OggS" + bytes(64), "recordings/calls/1.dat"),
        ("calls/1.gsm", b"\xd2" * 66, "recordings/calls/1.gsm"),
        ("recordings/a/b.flac", b"fLaC" + bytes(64), "recordings/a/b.flac"),
    ],
)
def test_recordings_keep_the_part_of_the_path_that_tells_them_apart(
    tmp_path: Path, name: str, data: bytes, key: str
) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    assert classify(file) == key


def test_a_file_in_the_layout_of_the_storage_keeps_its_place(tmp_path: Path) -> None:
    file = tmp_path / "landing" / "transcripts" / "2026" / "a.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"segments": []}')
    assert classify(file) == "landing/transcripts/2026/a.json"
    base = tmp_path / "landing" / "1c" / "north" / "a.csv"
    base.parent.mkdir(parents=True)
    base.write_bytes("Номер;Дата;Сумма\n".encode("cp1251"))
    assert classify(base) == "landing/1c/north/a.csv"


def test_a_name_that_could_not_be_a_key_is_made_one(tmp_path: Path) -> None:
    file = tmp_path / "queue\\_\n.log"
    file.write_text("1795532800|NONE|NONE|NONE|QUEUESTART|\n")
    assert classify(file) == "landing/asterisk/queue_log-queue___.log"
