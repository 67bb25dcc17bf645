"""CDR, CEL and queue_log: what Asterisk writes, how its files grow, and what may go wrong."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from synapse.database.tables.raw import call_records, channel_events, queue_events, rejected_rows
from synapse.landing import asterisk_cdr
from synapse.settings.sections import Settings
from tests.integration.landing.conftest import NOW, Landing

MASTER = "landing/asterisk/Master.csv"
CEL = "landing/asterisk/cel.csv"
LOG = "landing/asterisk/queue_log"


def cdr(number: int, second: int = 0, **other: str) -> str:
    """A row of Master.csv as cdr_csv writes it."""
    fields = {
        "src": "79161230001",
        "dst": "500",
        "clid": '"""Пётр Ёлкин"" <79161230001>"',
        "start": f"2026-11-24 18:06:{second:02}",
        "answer": f"2026-11-24 18:06:{second:02}",
        "end": f"2026-11-24 18:07:{second:02}",
        "disposition": "ANSWERED",
        "uniqueid": f"1795532814.{number}",
    } | other
    answer = f'"{fields["answer"]}"' if fields["answer"] else ""
    return (
        f'"","{fields["src"]}","{fields["dst"]}","from-trunk",{fields["clid"]},"PJSIP/trunk-0000001a",'
        f'"Local/104@from-queue-00000012;1","Queue","500,t,,,30","{fields["start"]}",{answer},'
        f'"{fields["end"]}",60,58,"{fields["disposition"]}","DOCUMENTATION","{fields["uniqueid"]}",""\n'
    )


def queue_line(number: int, event: str = "ENTERQUEUE", data: str = "|79161230001|1") -> str:
    return f"{1795532814 + number}|1795532814.{number}|500|NONE|{event}|{data}\n"


def cel(number: int, event: str = "CHAN_START", extra: str = "") -> str:
    written = extra.replace('"', '""')
    return (
        f'"{event}","{1795532814 + number}.123456","Пётр","79161230001","79161230001","","74951234500","500",'
        f'"from-trunk","PJSIP/trunk-0000001a","Queue","500,t","3","","1795532814.{number}","1795532814.1","","",'
        f'"","{written}"\n'
    )


def test_a_master_row_keeps_every_field(landing: Landing) -> None:
    landing.put(MASTER, cdr(1))
    (outcome,) = landing.load("asterisk_cdr")
    assert (outcome.key, outcome.state, outcome.rows_loaded, outcome.rows_rejected) == (
        MASTER,
        "loaded",
        1,
        0,
    )
    with landing.engine.connect() as connection:
        row = connection.execute(sa.select(call_records)).one()
    assert row.clid == '"Пётр Ёлкин" <79161230001>'
    assert (row.src, row.dst, row.lastdata, row.disposition) == (
        "79161230001",
        "500",
        "500,t,,,30",
        "ANSWERED",
    )
    assert row.started_at == datetime(2026, 11, 24, 15, 6, 0, tzinfo=UTC)
    assert row.ended_at == datetime(2026, 11, 24, 15, 7, 0, tzinfo=UTC)
    assert (row.duration_seconds, row.billable_seconds, row.uniqueid) == (60, 58, "1795532814.1")
    assert (row.accountcode, row.linkedid, row.extra, row.line_number) == (None, None, {}, 1)
    assert row.file_id == landing.file(MASTER).id


def test_an_absent_answer_is_null_and_rows_may_come_out_of_order(landing: Landing) -> None:
    landing.put(MASTER, cdr(2, 30, answer="", disposition="NO ANSWER") + cdr(1, 10))
    landing.load("asterisk_cdr")
    rows = landing.rows(call_records, "uniqueid", "answered_at", "disposition")
    assert rows[0] == ("1795532814.2", None, "NO ANSWER")
    assert rows[1][0] == "1795532814.1"


def test_the_zone_is_a_setting_and_usegmtime_is_one_of_them(landing: Landing) -> None:
    landing.settings = Settings.model_validate({"integrations": {"asterisk": {"zone": "UTC"}}})
    landing.put(MASTER, cdr(1))
    landing.load("asterisk_cdr")
    assert landing.rows(call_records, "started_at") == [datetime(2026, 11, 24, 18, 6, tzinfo=UTC)]


def test_the_hour_that_a_clock_change_repeats_is_told_by_the_channel(landing: Landing) -> None:
    landing.settings = Settings.model_validate({"integrations": {"asterisk": {"zone": "Europe/Berlin"}}})
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 summer time; an hour later it is 02:30 again
    local = {"start": "2026-10-25 02:30:00", "answer": "", "end": "2026-10-25 02:31:00"}
    rows = [
        cdr(1, uniqueid=f"{int(moment.timestamp())}.1", **local)
        for moment in (first, first + timedelta(hours=1))
    ]
    landing.put(MASTER, "".join(rows))
    landing.load("asterisk_cdr")
    assert landing.rows(call_records, "started_at", order="started_at") == [first, first + timedelta(hours=1)]


def test_a_custom_file_is_read_by_the_columns_in_settings(landing: Landing) -> None:
    columns = ["clid", "src", "dst", "start", "answer", "end", "duration", "billsec", "disposition",
               "uniqueid", "linkedid", "sequence", "did", "recordingfile", "branch"]  # fmt: skip
    landing.settings = Settings.model_validate({"integrations": {"asterisk": {"cdr_columns": columns}}})
    values = ['Пётр" <7>', "79161230001", "500", "1795532814", "", "1795532874.5", "60.4", "0", "NO ANSWER",
              "1795532814.1", "1795532814.1", "17", "74951234500", "q-500.wav", "Север"]  # fmt: skip
    quoted = ",".join('"' + value.replace('"', '""') + '"' for value in values)
    landing.put("landing/asterisk/cdr-custom.csv", quoted + "\n")
    landing.load("asterisk_cdr")
    with landing.engine.connect() as connection:
        row = connection.execute(sa.select(call_records)).one()
    assert (row.linkedid, row.sequence, row.did, row.recording_file) == (
        "1795532814.1",
        17,
        "74951234500",
        "q-500.wav",
    )
    assert (row.extra, row.duration_seconds) == ({"branch": "Север"}, 60)
    assert row.started_at == datetime.fromtimestamp(1795532814, UTC)


def test_a_sequence_that_no_column_can_hold_costs_its_own_row_only(landing: Landing) -> None:
    header = ",".join((*asterisk_cdr.MASTER, "sequence"))
    rows = [cdr(number).rstrip("\n") + f',"{sequence}"\n' for number, sequence in ((1, 7), (2, 10**20))]
    landing.put("landing/asterisk/cdr-full.csv", header + "\n" + "".join(rows))
    (outcome,) = landing.load("asterisk_cdr")
    assert (outcome.state, outcome.rows_loaded, landing.rejects()) == ("loaded", 1, [(3, "bad_number")])


def test_a_key_that_no_index_can_hold_costs_its_own_row_only(landing: Landing) -> None:
    long = "".join(chr(0x4E00 + Random(number).randrange(20_000)) for number in range(3000))
    landing.put(MASTER, cdr(1) + cdr(2, uniqueid=long))
    landing.put(LOG, queue_line(1) + queue_line(2).replace("|1795532814.2|", f"|{long}|"))
    landing.put(CEL, cel(1) + cel(2).replace('"1795532814.1"', f'"{long}"'))
    for source, table in (
        ("asterisk_cdr", call_records),
        ("asterisk_queue_log", queue_events),
        ("asterisk_cel", channel_events),
    ):
        (outcome,) = landing.load(source)
        assert (outcome.state, outcome.rows_loaded, landing.rows(table, "line_number")) == ("loaded", 1, [1])
    assert landing.rejects() == [(2, "key_too_long")] * 3


def test_a_row_that_postgres_refuses_fails_its_file_and_the_others_go_on(landing: Landing) -> None:
    with landing.engine.begin() as connection:
        connection.execute(sa.text("alter table raw.call_records add constraint no_13 check (dst <> '13')"))
    try:
        landing.put("landing/asterisk/cdr-a.csv", cdr(1) + cdr(2, dst="13"))
        landing.put("landing/asterisk/cdr-b.csv", cdr(3), NOW)
        assert [one.state for one in landing.load("asterisk_cdr")] == ["failed", "loaded"]
        assert "CheckViolation" in landing.file("landing/asterisk/cdr-a.csv").error
        assert landing.rows(call_records, "uniqueid") == ["1795532814.3"]
    finally:
        with landing.engine.begin() as connection:
            connection.execute(sa.text("alter table raw.call_records drop constraint no_13"))


def test_a_header_line_names_the_columns(landing: Landing) -> None:
    header = (
        "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,"
        "disposition,uniqueid,linkedid"
    )
    row = "2026-11-24 18:06:54,x,79161230001,500,in,A,B,Queue,,60,58,ANSWERED,1795532814.1,1795532814.1"
    landing.put("landing/asterisk/cdr.csv", f"{header}\r\n{row}\r\n")
    (outcome,) = landing.load("asterisk_cdr")
    assert (outcome.state, outcome.rows_loaded, outcome.rows_rejected) == ("loaded", 1, 0)
    assert landing.rows(call_records, "linkedid", "line_number") == [("1795532814.1", 2)]


def test_the_same_call_in_two_kinds_of_file_is_one_row(landing: Landing) -> None:
    header = ",".join((*asterisk_cdr.MASTER, "linkedid"))
    landing.put(MASTER, cdr(1))
    landing.put("landing/asterisk/cdr-full.csv", header + "\n" + cdr(1).rstrip("\n") + ',"1795532814.1"\n')
    landing.load("asterisk_cdr")
    assert landing.count(call_records) == 1


def test_a_growing_file_is_read_from_where_the_last_look_ended(landing: Landing) -> None:
    landing.put(MASTER, cdr(1))
    landing.load("asterisk_cdr")
    assert landing.pending("asterisk_cdr") == []
    landing.append(MASTER, cdr(2) + cdr(3), NOW)
    (outcome,) = landing.load("asterisk_cdr")
    assert outcome.rows_loaded == 2
    assert landing.rows(call_records, "line_number") == [1, 2, 3]
    entry = landing.file(MASTER)
    assert (entry.rows_loaded, entry.loaded_bytes, entry.generation) == (3, entry.size_bytes, 1)


def test_an_unfinished_last_line_waits_for_its_end(landing: Landing) -> None:
    row = cdr(2)
    landing.put(MASTER, cdr(1) + row[:40], NOW)
    assert [one.rows_loaded for one in landing.load("asterisk_cdr")] == [1]
    assert landing.pending("asterisk_cdr") == []
    landing.append(MASTER, row[40:], NOW)
    assert [one.rows_loaded for one in landing.load("asterisk_cdr")] == [1]
    assert landing.rows(call_records, "uniqueid") == ["1795532814.1", "1795532814.2"]
    assert landing.rejects() == []


def test_a_last_line_without_line_end_is_taken_once_the_file_rests(landing: Landing) -> None:
    landing.put(MASTER, cdr(1) + cdr(2).rstrip("\n"), NOW)
    landing.load("asterisk_cdr")
    assert landing.count(call_records) == 1
    later = NOW + timedelta(minutes=5)
    assert landing.pending("asterisk_cdr", later) == [MASTER]
    landing.load("asterisk_cdr", later)
    assert landing.count(call_records) == 2
    assert landing.pending("asterisk_cdr", later) == []


def test_a_quoted_line_break_is_one_row_even_across_two_looks(landing: Landing) -> None:
    row = cdr(2, clid='"Пётр\nЁлкин"')
    cut = row.index("\n") + 1
    landing.put(MASTER, cdr(1) + row[:cut], NOW)
    landing.load("asterisk_cdr")
    landing.append(MASTER, row[cut:] + cdr(3), NOW)
    landing.load("asterisk_cdr")
    assert landing.rows(call_records, "line_number", "clid")[1] == (2, "Пётр\nЁлкин")
    assert landing.count(call_records) == 3
    assert landing.rejects() == []


def test_an_unclosed_quote_costs_its_own_row_only(landing: Landing) -> None:
    broken = cdr(2).replace('"Queue"', '"Queue')
    landing.put(MASTER, cdr(1) + broken + "".join(cdr(n) for n in range(3, 100)))
    (outcome,) = landing.load("asterisk_cdr")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (98, 1)
    assert landing.rejects()[0][0] == 2


def test_a_rotated_log_keeps_its_rows_and_the_new_one_is_read_from_the_start(landing: Landing) -> None:
    landing.put(LOG, queue_line(1) + queue_line(2))
    landing.load("asterisk_queue_log")
    landing.put(LOG, queue_line(3), NOW)
    landing.put(f"{LOG}.1", queue_line(1) + queue_line(2) + queue_line(4), NOW)
    landing.load("asterisk_queue_log")
    assert sorted(landing.rows(queue_events, "callid")) == [f"1795532814.{n}" for n in (1, 2, 3, 4)]
    assert landing.file(LOG).generation == 2
    assert landing.file(f"{LOG}#1").rows_loaded == 2
    assert landing.file(f"{LOG}.1").rows_loaded == 1


def test_a_truncated_log_is_a_new_one(landing: Landing) -> None:
    landing.put(MASTER, cdr(1) + cdr(2) + cdr(3))
    landing.load("asterisk_cdr")
    landing.put(MASTER, cdr(1), NOW)
    landing.load("asterisk_cdr")
    assert landing.count(call_records) == 3
    landing.put(MASTER, b"", NOW + timedelta(seconds=1))
    landing.load("asterisk_cdr")
    landing.append(MASTER, cdr(4), NOW + timedelta(seconds=2))
    landing.load("asterisk_cdr")
    assert sorted(landing.rows(call_records, "uniqueid")) == [f"1795532814.{n}" for n in (1, 2, 3, 4)]
    assert landing.pending("asterisk_cdr") == []


def test_a_log_edited_at_its_end_replaces_its_rows(landing: Landing) -> None:
    padding = "".join(cdr(number) for number in range(10, 60))
    landing.put(MASTER, padding + cdr(1, dst="500"))
    landing.load("asterisk_cdr")
    landing.put(MASTER, padding + cdr(1, dst="502"), NOW)
    landing.load("asterisk_cdr")
    rows = landing.rows(call_records, "dst")
    assert (len(rows), rows[-1]) == (51, "502")


def test_a_file_written_again_unchanged_brings_nothing(landing: Landing) -> None:
    landing.put(MASTER, cdr(1))
    landing.load("asterisk_cdr")
    landing.put(MASTER, cdr(1), NOW)
    assert [(one.state, one.rows_loaded) for one in landing.load("asterisk_cdr")] == [("loaded", 0)]
    assert landing.pending("asterisk_cdr") == []
    assert landing.count(call_records) == 1


def test_the_same_content_under_another_name_is_a_duplicate(landing: Landing) -> None:
    landing.put("landing/asterisk/cdr-1.csv", cdr(1) + cdr(2))
    landing.put("landing/asterisk/cdr-2.csv", cdr(1) + cdr(2), NOW)
    assert [one.state for one in landing.load("asterisk_cdr")] == ["loaded", "duplicate"]
    assert landing.file("landing/asterisk/cdr-2.csv").details["same_as"] == "landing/asterisk/cdr-1.csv"
    landing.append("landing/asterisk/cdr-2.csv", cdr(3), NOW + timedelta(seconds=9))
    assert [one.rows_loaded for one in landing.load("asterisk_cdr")] == [1]


def test_bad_rows_are_kept_with_their_reasons_and_the_rest_loads(landing: Landing) -> None:
    bad = [
        "just,three,cells\n",
        cdr(5, start="yesterday"),
        cdr(6, start="2031-01-01 00:00:00"),
        cdr(7, start="1999-01-01 00:00:00"),
        cdr(8, uniqueid=""),
        cdr(9).replace(",60,58,", ",sixty,58,"),
    ]
    landing.put(MASTER, cdr(1) + "".join(bad) + "\r\n" + cdr(2))
    (outcome,) = landing.load("asterisk_cdr")
    assert (outcome.state, outcome.rows_loaded, outcome.rows_rejected) == ("loaded", 2, 6)
    assert landing.rejects() == [
        (2, "wrong_columns"), (3, "bad_time"), (4, "future_time"), (5, "ancient_time"), (6, "no_uniqueid"),
        (7, "bad_number"),
    ]  # fmt: skip
    assert landing.rows(rejected_rows, "original", order="id")[0] == "just,three,cells"


def test_a_garbled_first_line_does_not_decide_for_the_file(landing: Landing) -> None:
    landing.put(MASTER, cdr(1)[100:] + cdr(2) + cdr(3))
    (outcome,) = landing.load("asterisk_cdr")
    assert (outcome.state, outcome.rows_loaded, outcome.rows_rejected) == ("loaded", 2, 1)


def test_a_line_in_another_encoding_or_with_nul_is_rejected_alone(landing: Landing) -> None:
    cp1251 = cdr(2).encode("cp1251")
    landing.put(
        MASTER, cdr(1).encode() + cp1251 + cdr(3).replace("PJSIP", "PJ\0IP").encode() + cdr(4).encode()
    )
    (outcome,) = landing.load("asterisk_cdr")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (2, 2)
    assert landing.rejects() == [(2, "wrong_encoding"), (3, "binary_data")]
    assert "\\xf2" in landing.rows(rejected_rows, "original", order="id")[0]


def test_a_huge_line_is_rejected_and_the_rest_loads(landing: Landing) -> None:
    landing.put(LOG, queue_line(1).encode() + b"x" * 10_000_000 + b"\n" + queue_line(2).encode())
    (outcome,) = landing.load("asterisk_queue_log")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (2, 1)
    assert landing.rejects() == [(2, "line_too_long")]
    assert landing.rows(queue_events, "line_number") == [1, 3]
    assert len(landing.rows(rejected_rows, "original", order="id")[0]) <= 2000


def test_a_huge_line_without_an_end_waits_and_is_then_rejected(landing: Landing) -> None:
    landing.put(LOG, queue_line(1).encode() + b"x" * 3_000_000, NOW)
    assert [(one.rows_loaded, one.rows_rejected) for one in landing.load("asterisk_queue_log")] == [(1, 0)]
    later = NOW + timedelta(minutes=10)
    assert [(one.rows_loaded, one.rows_rejected) for one in landing.load("asterisk_queue_log", later)] == [
        (0, 1)
    ]
    assert landing.pending("asterisk_queue_log", later) == []


def test_windows_line_ends_and_a_byte_order_mark(landing: Landing) -> None:
    landing.put(MASTER, b"\xef\xbb\xbf" + (cdr(1) + cdr(2)).replace("\n", "\r\n").encode())
    landing.load("asterisk_cdr")
    assert landing.rows(call_records, "uniqueid", "userfield") == [
        ("1795532814.1", None),
        ("1795532814.2", None),
    ]
    landing.put(LOG, queue_line(1).replace("\n", "\r\n"))
    landing.load("asterisk_queue_log")
    assert landing.rows(queue_events, "data") == [["", "79161230001", "1"]]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x1f\x8b\x08\x00" + bytes(range(256)), "gzip"),
        (b"PK\x03\x04" + bytes(range(256)), "ZIP"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(64), "audio"),
        (bytes(range(256)) * 40, "binary"),
        (cdr(1).encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7\n" + bytes(200), "PDF"),
        (b"<html><body>404</body></html>\n", "columns"),
        (b"a;b;c\n1;2;3\n", "columns"),
    ],
)
def test_another_kind_of_file_fails_with_the_reason_and_the_others_go_on(
    landing: Landing, data: bytes, words: str
) -> None:
    landing.put("landing/asterisk/cdr-a.csv", data)
    landing.put("landing/asterisk/cdr-b.csv", cdr(1), NOW)
    outcomes = landing.load("asterisk_cdr")
    assert [one.state for one in outcomes] == ["failed", "loaded"]
    entry = landing.file("landing/asterisk/cdr-a.csv")
    assert words in entry.error
    assert entry.hint
    assert landing.pending("asterisk_cdr") == []  # left alone until it changes
    landing.put("landing/asterisk/cdr-a.csv", cdr(2), NOW)
    assert [one.state for one in landing.load("asterisk_cdr")] == ["loaded"]
    assert landing.file("landing/asterisk/cdr-a.csv").error is None


def test_an_empty_file_is_loaded_with_no_rows(landing: Landing) -> None:
    landing.put(MASTER, b"")
    landing.put(LOG, b"\n\n")
    assert [one.state for one in landing.load("asterisk_cdr")] == ["loaded"]
    assert [one.state for one in landing.load("asterisk_queue_log")] == ["loaded"]


def test_a_good_file_replaced_by_rubbish_keeps_its_rows(landing: Landing) -> None:
    landing.put(MASTER, cdr(1))
    landing.load("asterisk_cdr")
    landing.put(MASTER, b"\x1f\x8b" + bytes(5000), NOW)
    assert [one.state for one in landing.load("asterisk_cdr")] == ["failed"]
    assert landing.count(call_records) == 1


def test_cel_rows_keep_json_and_microseconds(landing: Landing) -> None:
    bridge = '{"bridge_id":"0f","bridge_technology":"simple_bridge"}'
    landing.put(CEL, cel(1) + cel(2, "BRIDGE_ENTER", bridge) + cel(3, "USER_DEFINED", "not json"))
    landing.load("asterisk_cel")
    rows = landing.rows(channel_events, "event", "extra", "linkedid", "occurred_at")
    assert [row[:3] for row in rows] == [
        ("CHAN_START", {}, "1795532814.1"),
        ("BRIDGE_ENTER", {"bridge_id": "0f", "bridge_technology": "simple_bridge"}, "1795532814.1"),
        ("USER_DEFINED", {"text": "not json"}, "1795532814.1"),
    ]
    assert rows[0][3] == datetime.fromtimestamp(1795532815, UTC) + timedelta(microseconds=123456)


def test_cel_with_a_header_and_local_times(landing: Landing) -> None:
    landing.put(
        CEL,
        "id,eventtype,eventtime,cid_num,uniqueid,linkedid,extra\n"
        "7,ANSWER,2026-11-24 18:06:54.25,7,1.2,1.1,\n",
    )
    landing.load("asterisk_cel")
    assert landing.rows(channel_events, "event", "occurred_at", "caller_number") == [
        ("ANSWER", datetime(2026, 11, 24, 15, 6, 54, 250000, tzinfo=UTC), "7")
    ]


def test_cel_rows_without_event_or_of_another_width_are_rejected(landing: Landing) -> None:
    landing.put(CEL, cel(1) + '"A","B"\n' + cel(2, event="") + cel(3))
    (outcome,) = landing.load("asterisk_cel")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (2, 2)
    assert landing.rejects() == [(2, "wrong_columns"), (3, "no_event")]


def test_queue_log_lines(landing: Landing) -> None:
    lines = (
        "1795532800|NONE|NONE|NONE|QUEUESTART|\n"
        "1795532814|1795532814.1|500|NONE|ENTERQUEUE||79161230001|1\n"
        '1795532820|1795532814.1|500|Мария "М"|CONNECT|6|1795532815.2|4\n'
        "not a line\n"
        "1795532830|1795532814.1|500|PJSIP/104|комплит|1\n"
    )
    landing.put(LOG, lines)
    (outcome,) = landing.load("asterisk_queue_log")
    assert (outcome.rows_loaded, outcome.rows_rejected) == (3, 2)
    rows = landing.rows(queue_events, "event", "agent", "data")
    assert rows == [
        ("QUEUESTART", None, []),
        ("ENTERQUEUE", None, ["", "79161230001", "1"]),
        ("CONNECT", 'Мария "М"', ["6", "1795532815.2", "4"]),
    ]
    assert landing.rejects() == [(4, "wrong_columns"), (5, "bad_event")]
