"""The simulated company's files: their formats, their sizes, and that equal seeds give equal bytes."""

import csv
import hashlib
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from demo.company import clock
from demo.company.asterisk import cdr, cel
from demo.company.generate import generate
from demo.company.options import Options
from synapse.settings.sections import Settings

UNTIL = clock.epoch(datetime.fromisoformat("2026-11-24T17:40:00+03:00"))


def _options(target: Path, **changes: object) -> Options:
    given: dict[str, object] = {"days": 40, "seed": 7, "calls_per_day": 60, "audio_minutes": 0.0}
    return Options(target=target, until=UNTIL, **(given | changes))  # type: ignore[arg-type]


def _generate(options: Options) -> Path:
    generate(options, lambda _done, _total, _message="": None)
    return options.target


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _generate(_options(tmp_path_factory.mktemp("company")))


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_the_same_seed_and_time_give_byte_equal_files(tmp_path: Path) -> None:
    first = _generate(_options(tmp_path / "a", days=9, audio_minutes=2.0))
    second = _generate(_options(tmp_path / "b", days=9, audio_minutes=2.0))
    assert _digests(first) == _digests(second)
    assert any(name.endswith(".wav") for name in _digests(first))


def test_another_seed_gives_another_company(tmp_path: Path) -> None:
    first = _generate(_options(tmp_path / "a", days=3))
    second = _generate(_options(tmp_path / "b", days=3, seed=8))
    assert _digests(first) != _digests(second)


def test_a_working_day_has_about_as_many_calls_as_asked_for(company: Path) -> None:
    days: Counter[str] = Counter()
    with (company / "truth" / "calls.csv").open(encoding="utf-8") as file:
        days.update(row["started_at"][:10] for row in csv.DictReader(file))
    working = [n for day, n in days.items() if datetime.fromisoformat(day).weekday() < 5]
    assert 48 < sum(working) / len(working) < 75


def test_settings_are_a_valid_document_in_force_before_the_first_day(company: Path) -> None:
    document = json.loads((company / "settings.json").read_text(encoding="utf-8"))
    effective_from = datetime.fromisoformat(document.pop("effective_from"))
    settings = Settings.model_validate(document)
    assert settings.branding.company_name == "Тёплый дом"
    assert settings.integrations.asterisk.cdr_columns == list(cdr.COLUMNS)
    assert settings.integrations.asterisk.queue_names["501"] == "Сервис"
    assert effective_from.timestamp() < UNTIL - 40 * clock.DAY


def test_cdr_rows_are_whole_but_for_a_handful_of_broken_lines(company: Path) -> None:
    rows = _rows(company / "landing" / "asterisk" / "cdr-custom.csv")
    whole = [row for row in rows if len(row) == len(cdr.COLUMNS)]
    assert 1 <= len(rows) - len(whole) <= 5
    named = [dict(zip(cdr.COLUMNS, row, strict=True)) for row in whole]
    good = [row for row in named if re.fullmatch(r"2026-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:\d\d", row["start"])]
    good = [row for row in good if row["start"][5:7] <= "12"]
    assert len(named) - len(good) == 1
    ends = [row["end"] for row in good]
    assert ends == sorted(ends)
    assert {row["disposition"] for row in good} >= {"ANSWERED", "NO ANSWER", "BUSY"}


def test_an_unanswered_queue_call_carries_an_answer_time_of_the_queue(company: Path) -> None:
    rows = _rows(company / "landing" / "asterisk" / "cdr-custom.csv")
    named = [dict(zip(cdr.COLUMNS, row, strict=True)) for row in rows if len(row) == len(cdr.COLUMNS)]
    trap = [r for r in named if r["disposition"] == "NO ANSWER" and r["answer"] and int(r["billsec"]) > 0]
    assert len(trap) > 100
    assert all(row["lastapp"] == "Queue" for row in trap)


def test_cel_lines_have_the_columns_of_the_sample_and_rising_times(company: Path) -> None:
    rows = _rows(company / "landing" / "asterisk" / "cel.csv")
    whole = [row for row in rows if len(row) == len(cel.COLUMNS)]
    assert 1 <= len(rows) - len(whole) <= 3
    times = [float(row[1]) for row in whole]
    assert times == sorted(times)
    assert {row[0] for row in whole} >= {"CHAN_START", "BRIDGE_ENTER", "BLINDTRANSFER", "LINKEDID_END"}


def test_queue_log_knows_every_event_that_readers_must_know(company: Path) -> None:
    lines = (company / "landing" / "asterisk" / "queue_log").read_text(encoding="utf-8").splitlines()
    events = Counter(line.split("|")[4] for line in lines)
    known = {"QUEUESTART", "DID", "ENTERQUEUE", "CONNECT", "RINGNOANSWER", "COMPLETECALLER", "COMPLETEAGENT"}
    assert set(events) >= known | {"ABANDON"}
    entered = events["ENTERQUEUE"]
    left = events["CONNECT"] + events["ABANDON"] + events["EXITWITHTIMEOUT"] + events["EXITWITHKEY"]
    assert entered == left


def test_caller_ids_come_in_all_spellings(company: Path) -> None:
    rows = _rows(company / "landing" / "asterisk" / "cdr-custom.csv")
    sources = {row[1] for row in rows if len(row) == len(cdr.COLUMNS)}
    for spelling in (r"7\d{10}", r"\+7\d{10}", r"8\d{10}", r"9\d{9}", "anonymous", ""):
        assert any(re.fullmatch(spelling, source) for source in sources), spelling


def test_onec_exports_are_cp1251_with_a_title_and_a_totals_row(company: Path) -> None:
    folder = company / "landing" / "1c"
    text = (folder / "Реализация_2026-11.csv").read_bytes().decode("cp1251")
    lines = text.splitlines()
    assert lines[0].startswith("Отчёт")
    assert lines[3].startswith("Номер;Дата;")
    assert lines[-1].startswith("Итого;")
    assert re.search(r";-?\d{1,3}(\xa0\d{3})*,\d\d;", lines[4])
    corrected = (folder / "Реализация_2026-11_исправленная.csv").read_bytes().decode("cp1251").splitlines()
    assert len(corrected) >= len(lines)


def test_web_and_telegram_lines_are_json_of_their_day(company: Path) -> None:
    for path in (company / "landing" / "web").iterdir():
        day = path.stem.removeprefix("events-")
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            moment = datetime.fromisoformat(event["occurred_at"]).timestamp()
            assert clock.local_form(int(moment), "%Y-%m-%d") == day
            assert event["event_name"]
    for path in (company / "landing" / "telegram").iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            message = json.loads(line)["business_message"]
            assert message["chat"]["type"] == "private"
            assert "text" in message or "contact" in message


def test_nothing_is_later_than_until(company: Path) -> None:
    limit = datetime.fromtimestamp(UNTIL).astimezone()
    with (company / "truth" / "calls.csv").open(encoding="utf-8") as file:
        assert max(datetime.fromisoformat(row["ended_at"]) for row in csv.DictReader(file)) <= limit
    cel_rows = _rows(company / "landing" / "asterisk" / "cel.csv")
    assert max(float(row[1]) for row in cel_rows if len(row) == len(cel.COLUMNS)) < UNTIL + 1
    last_web = max((company / "landing" / "web").iterdir())
    for line in last_web.read_text(encoding="utf-8").splitlines():
        assert datetime.fromisoformat(json.loads(line)["occurred_at"]) <= limit
    last_chat = max((company / "landing" / "telegram").iterdir())
    for line in last_chat.read_text(encoding="utf-8").splitlines():
        assert json.loads(line)["business_message"]["date"] <= UNTIL


def test_every_answered_call_has_a_text_or_a_recording(tmp_path: Path) -> None:
    target = _generate(_options(tmp_path, days=4, audio_minutes=3.0))
    texts = {path.stem for path in (target / "landing" / "transcripts").rglob("*.json")}
    sounds = {path.name for path in (target / "recordings").rglob("*.wav")}
    assert sounds
    with (target / "truth" / "calls.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["is_answered"] == "true" and row["direction"] != "internal":
                assert (row["call_id"] in texts) != (row["recording"] in sounds)


def test_recordings_fill_the_minutes_that_were_asked_for(tmp_path: Path) -> None:
    target = _generate(_options(tmp_path, days=4, audio_minutes=5.0))
    sounds = {path.name for path in (target / "recordings").rglob("*.wav") if path.stat().st_size > 400_000}
    with (target / "truth" / "calls.csv").open(encoding="utf-8") as file:
        talks = {row["recording"]: int(row["talk_seconds"]) for row in csv.DictReader(file)}
    days = {path.parent.name for path in (target / "recordings").rglob("*.wav")}
    assert 250 < sum(talks[name] for name in sounds) < 330
    assert len(days) >= 2
