"""`POST /ingest/asterisk/cdr`."""

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from synapse.environment import load_environment
from synapse.landing.load import load_pending
from synapse.settings.sections import Settings
from synapse.storage import open_store
from tests.keys import create_key

PATH = "/ingest/asterisk/cdr"
MASTER_ROW = (
    '"","79161234567","500","from-trunk","""Анна"" <79161234567>","SIP/trunk-1","SIP/101-2","Queue","sales",'
    '"2026-03-02 10:00:00","2026-03-02 10:00:07","2026-03-02 10:02:00",120,113,"ANSWERED","DOCUMENTATION",'
    '"1772434800.{number}",""\n'
)


@pytest.fixture
def pbx(client: TestClient, engine: sa.Engine) -> dict[str, str]:
    """Headers of a PBX that may send."""
    return {"Authorization": f"Bearer {create_key(engine, name='pbx', scopes=['ingest'])}"}


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "calldate": "2026-03-02 10:00:00",
        "src": "79161234567",
        "dst": "500",
        "dcontext": "from-trunk",
        "channel": "SIP/trunk-1",
        "disposition": "ANSWERED",
        "duration": 120,
        "billsec": 113,
        "uniqueid": f"1772434800.{number}",
        "linkedid": "1772434800.1",
        **fields,
    }


def load(engine: sa.Engine) -> None:
    store = open_store(load_environment().objects_url)
    load_pending(engine, store, "asterisk_cdr", Settings(), progress=lambda outcome: None)


def test_json_records_reach_the_table_through_landing(
    client: TestClient, engine: sa.Engine, stored: Any, pbx: dict[str, str]
) -> None:
    answer = client.post(PATH, json=[record(1), record(2, userfield='a "b", c')], headers=pbx)
    assert answer.status_code == 202
    assert (answer.json()["accepted"], answer.json()["rejected"]) == (2, [])
    assert stored("select kind, requested_by from app.work_requests") == [("load", "key:pbx")]
    load(engine)
    rows = stored("select uniqueid, linkedid, userfield, billable_seconds from raw.call_records order by 1")
    assert rows == [
        ("1772434800.1", "1772434800.1", None, 113),
        ("1772434800.2", "1772434800.1", 'a "b", c', 113),
    ]


def test_master_csv_rows_are_taken_as_the_pbx_writes_them(
    client: TestClient, engine: sa.Engine, stored: Any, pbx: dict[str, str]
) -> None:
    body = "".join(MASTER_ROW.format(number=number) for number in range(1, 4)).rstrip("\n")
    answer = client.post(PATH, content=body.encode(), headers={**pbx, "Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["accepted"]) == (202, 3)
    load(engine)
    assert stored("select count(*) from raw.call_records where src = '79161234567'") == [(3,)]


def test_the_same_batch_twice_is_one_file(
    client: TestClient, engine: sa.Engine, stored: Any, pbx: dict[str, str]
) -> None:
    first = client.post(PATH, json=record(1), headers=pbx)
    again = client.post(PATH, json=record(1), headers=pbx)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    load(engine)
    assert stored("select count(*) from raw.call_records") == [(1,)]
    assert stored("select count(*) from raw.files") == [(1,)]


def test_an_idempotency_key_belongs_to_one_body(client: TestClient, pbx: dict[str, str]) -> None:
    headers = {**pbx, "Idempotency-Key": "batch-7"}
    assert client.post(PATH, json=record(1), headers=headers).status_code == 202
    assert client.post(PATH, json=record(1), headers=headers).status_code == 200
    assert client.post(PATH, json=record(2), headers=headers).status_code == 409


def test_bad_rows_do_not_hold_up_good_ones_and_are_kept(
    client: TestClient, engine: sa.Engine, stored: Any, pbx: dict[str, str]
) -> None:
    bad = [record(2, calldate="yesterday"), record(3, uniqueid=""), record(4, calldate="2126-01-01 00:00:00")]
    answer = client.post(PATH, json=[record(9), *bad, record(1)], headers=pbx)
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 2
    assert [item["line"] for item in answer.json()["rejected"]] == [3, 4, 5]
    load(engine)
    assert stored("select count(*) from raw.call_records") == [(2,)]
    kept = stored("select line_number from raw.rejected_rows where source = 'asterisk_cdr' order by 1")
    assert kept == [(3,), (4,), (5,)]


def _csv_with_columns(count: int) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(["x"] * count)
    return text.getvalue().encode()


BAD_BODIES = [
    (400, "application/json", b""),
    (400, "application/json", b'[{"src": '),
    (400, "application/json", "[«]".encode("cp1251")),
    (422, "application/json", b"[]"),
    (422, "application/json", b"[1]"),
    (422, "application/json", b"{}"),
    (422, "application/json", b'{"telephone": "1"}'),
    (422, "text/csv", b""),
    (422, "text/csv", _csv_with_columns(5)),
    (422, "text/csv", bytes(range(256)) * 10),
    (422, "text/csv", "привет".encode("utf-16")),
    (415, "application/xml", b"<cdr/>"),
    (413, "text/csv", b"a" * (8 * 1024 * 1024 + 1)),
]


def test_a_body_of_no_use_is_refused_and_leaves_no_file(
    client: TestClient, engine: sa.Engine, pbx: dict[str, str], subtests: pytest.Subtests
) -> None:
    for status, kind, body in BAD_BODIES:
        with subtests.test(kind=kind, body=body[:20]):
            answer = client.post(PATH, content=body, headers={**pbx, "Content-Type": kind})
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]
    store = open_store(load_environment().objects_url)
    assert list(store.list("landing/")) == []


def test_rows_of_a_refused_body_are_kept(client: TestClient, stored: Any, pbx: dict[str, str]) -> None:
    client.post(PATH, json=[record(1, calldate="yesterday")], headers=pbx)
    client.post(PATH, content=bytes(range(256)) * 10, headers={**pbx, "Content-Type": "text/csv"})
    kept = stored("select line_number, reason_code from raw.rejected_rows order by id")
    assert [line for line, _ in kept] == [2, None]


def test_only_a_key_with_the_scope_may_send(client: TestClient, engine: sa.Engine) -> None:
    other = create_key(engine, name="storage", scopes=["notify"])
    assert client.post(PATH, json=record(1)).status_code == 401
    assert client.post(PATH, json=record(1), headers={"X-Api-Key": "syn_" + "a" * 43}).status_code == 401
    assert client.post(PATH, json=record(1), headers={"X-Api-Key": other}).status_code == 403
