"""The simulated company's truth against its own files: what is claimed can be seen in the foreign logs."""

import csv
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from demo.company import clock
from demo.company.asterisk import cdr, cel
from demo.company.generate import generate
from demo.company.options import Options

UNTIL = clock.epoch(datetime.fromisoformat("2026-11-24T17:40:00+03:00"))
Row = dict[str, str]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = Options(tmp_path_factory.mktemp("company"), 30, 5, 60, 0.0, UNTIL)
    generate(options, lambda _done, _total, _message="": None)
    return options.target


def _truth(company: Path, name: str) -> list[Row]:
    with (company / "truth" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _cdr(company: Path) -> dict[str, list[Row]]:
    calls: dict[str, list[Row]] = defaultdict(list)
    with (company / "landing" / "asterisk" / "cdr-custom.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.reader(file):
            if len(cells) == len(cdr.COLUMNS):
                row = dict(zip(cdr.COLUMNS, cells, strict=True))
                calls[row["linkedid"]].append(row)
    return calls


def _cel(company: Path) -> dict[str, list[Row]]:
    calls: dict[str, list[Row]] = defaultdict(list)
    with (company / "landing" / "asterisk" / "cel.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.reader(file):
            if len(cells) == len(cel.COLUMNS):
                row = dict(zip(cel.COLUMNS, cells, strict=True))
                calls[row["linkedid"]].append(row)
    return calls


def _epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _local_epoch(text: str) -> int:
    return clock.epoch(datetime.fromisoformat(text))


def _is_agent_leg(row: Row) -> bool:
    name = row["dstchannel"].removeprefix("PJSIP/").removeprefix("Local/")
    extension = name.replace("@", "-").split("-")[0]
    return (
        extension.isdigit()
        and len(extension) == 3
        and row["disposition"] == "ANSWERED"
        and row["billsec"] != "0"
    )


def test_every_call_begins_and_ends_as_its_rows_do(company: Path) -> None:
    rows = _cdr(company)
    for call in _truth(company, "calls"):
        mine = rows[call["call_id"]]
        assert min(_local_epoch(row["start"]) for row in mine) == _epoch(call["started_at"])
        assert max(_local_epoch(row["end"]) for row in mine) == _epoch(call["ended_at"])


def test_an_inbound_call_is_answered_exactly_when_an_agents_leg_is(company: Path) -> None:
    rows = _cdr(company)
    for call in _truth(company, "calls"):
        if call["direction"] == "inbound":
            assert (call["is_answered"] == "true") == any(map(_is_agent_leg, rows[call["call_id"]])), call


def test_the_answer_is_the_first_time_that_an_agents_channel_enters_a_bridge(company: Path) -> None:
    events = _cel(company)
    for call in _truth(company, "calls"):
        entered = [float(e["eventtime"]) for e in events[call["call_id"]] if e["event"] == "BRIDGE_ENTER"]
        assert bool(entered) == (call["is_answered"] == "true")
        if entered:
            assert int(min(entered)) == _epoch(call["answered_at"])


def test_a_queue_call_is_answered_when_the_queue_log_connects_it(company: Path) -> None:
    connected: dict[str, int] = {}
    for line in (company / "landing" / "asterisk" / "queue_log").read_text(encoding="utf-8").splitlines():
        epoch, call_id, _, _, event, *_ = line.split("|")
        if event == "CONNECT":
            connected[call_id] = int(epoch)
    queued = [call for call in _truth(company, "calls") if call["queue"]]
    assert len(queued) > 300
    for call in queued:
        answered = _epoch(call["answered_at"]) if call["answered_at"] else None
        assert connected.get(call["call_id"]) == answered


def test_no_wait_lies_within_a_second_of_a_threshold(company: Path) -> None:
    for call in _truth(company, "calls"):
        wait = int(call["wait_seconds"])
        if call["direction"] != "inbound":
            continue
        threshold = 20 if call["is_answered"] == "true" else 5
        assert abs(wait - threshold) > 1 or (call["is_answered"] == "false" and wait <= 3), call


def test_every_inbound_call_has_one_sla_row(company: Path) -> None:
    inbound = sorted(row["call_id"] for row in _truth(company, "calls") if row["direction"] == "inbound")
    assert sorted(row["call_id"] for row in _truth(company, "sla")) == inbound


def test_a_leak_belongs_to_a_missed_call_and_was_not_called_back_in_time(company: Path) -> None:
    calls = {row["call_id"]: row for row in _truth(company, "calls")}
    leaks = [row for row in _truth(company, "leaks") if row["kind"] == "missed_call"]
    assert len(leaks) > 30
    for leak in leaks:
        call = calls[leak["call_id"]]
        assert call["is_missed"] == "true"
        assert call["is_called_back"] == "false"
        assert _epoch(leak["due_at"]) == _epoch(leak["occurred_at"]) + 1800
        assert (leak["status"] == "recovered") == bool(leak["recovered_at"])


def test_receipts_sum_to_what_the_exports_say(company: Path) -> None:
    folder = company / "landing" / "1c"
    lines = (folder / "Реализация_2026-11_исправленная.csv").read_bytes().decode("cp1251").splitlines()
    total = Decimal(lines[-1].split(";")[6].replace("\xa0", "").replace(",", "."))
    receipts = [row for row in _truth(company, "receipts") if row["issued_on"] >= "2026-11"]
    assert sum(Decimal(row["amount"]) for row in receipts) == total
    assert all((Decimal(row["amount"]) < 0) == (row["kind"] == "return") for row in receipts)


def test_what_is_known_of_a_person_belongs_to_one_household(company: Path) -> None:
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _truth(company, "contacts"):
        owners[row["kind"], row["value"]].add(row["person_id"])
    shared = [key for key, people in owners.items() if len(people) > 1]
    assert all(kind == "phone" for kind, _ in shared)
