"""Bulk load of foreign files against a bare COPY of the rows they give.

The bare COPY brings the very rows of the load, the file's number among them, from text that is ready in the
client's memory, into the very table: the same indexes, unique and foreign keys, partitions and WAL, and a
commit at the end. Not in it: reading the file, checking and converting its rows, the ledger.

Memory: the greatest of a process that loads a file ten times as large, over that of one that loads the file.
"""

import io
import json
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

import sqlalchemy as sa
from psycopg import sql

from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.landing.load import load_pending
from synapse.landing.sources import source_named
from synapse.settings.sections import Settings
from synapse.storage import open_store

TITLE = "Bulk load of CDR, receipts and web events vs. bare COPY of the same rows"
GOAL = "≥ 0.6 of its rows/s, memory flat"
ROWS = 60_000
ROUNDS = 3
BEGIN = datetime(2026, 9, 1, 9)  # noqa: DTZ001 - local time of the PBX


@dataclass(frozen=True)
class Case:
    """One kind of file.

    Attributes:
        name: For the report.
        source: Name of the source.
        key: Where the file lies.
        make: Writes it with so many rows.
    """

    name: str
    source: str
    key: str
    make: Callable[[int], bytes]


def _master(rows: int) -> bytes:
    rng, moment, lines = Random(1), BEGIN, []
    for number in range(rows):
        moment += timedelta(seconds=rng.randint(0, 30))
        start, seconds = f"{moment:%Y-%m-%d %H:%M:%S}", rng.randint(3, 300)
        end = f"{moment + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"
        phone = f"79{rng.randrange(10**9):09}"
        lines.append(
            f'"","{phone}","500","from-trunk","""Клиент {number % 977}"" <{phone}>",'
            f'"PJSIP/trunk-{number:08x}","Local/10{number % 6 + 1}@from-queue-{number:08x};1","Queue",'
            f'"500,t,,,30","{start}","{start}","{end}",{seconds},{seconds - 2},"ANSWERED","DOCUMENTATION",'
            f'"{int(moment.timestamp())}.{number}",""\n'
        )
    return "".join(lines).encode()


def _receipts(rows: int) -> bytes:
    rng, moment = Random(2), BEGIN
    lines = [
        "Номер;Дата;Контрагент;Телефон;Эл. почта;Код контрагента;Сумма;Валюта;Вид операции;Магазин;Менеджер;"
        "Комментарий\r\n"
    ]
    for number in range(rows):
        moment += timedelta(seconds=rng.randint(0, 30))
        phone = f"9{rng.randrange(10**9):09}"
        comment = f"тел. {phone}" if number % 6 == 0 else ""
        lines.append(
            f"ТД-{number:07};{moment:%d.%m.%Y %H:%M:%S};Клиент {number % 999};8 ({phone[:3]}) {phone[3:6]}-"
            f"{phone[6:8]}-{phone[8:]};;К-{number % 9999};{rng.randint(1, 99)}\u00a0"
            f"{rng.randint(100, 999)},50;RUB;Реализация;Салон;Анна;{comment}\r\n"
        )
    return "".join(lines).encode("cp1251")


def _events(rows: int) -> bytes:
    rng, moment, lines = Random(3), BEGIN, []
    for number in range(rows):
        moment += timedelta(seconds=rng.randint(0, 10))
        event = {
            "event_id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "event_name": "page_view",
            "occurred_at": f"{moment.isoformat()}.125Z",
            "site": "shop",
            "session_id": f"s{number // 7}",
            "client_id": f"c{number // 30}",
            "ga_client_id": "1403049883.1794460408",
            "url": f"https://example.com/okna/{number % 300}?utm_source=yandex",
            "referrer": "https://yandex.ru/",
            "utm_source": "yandex",
            "utm_medium": "cpc",
            "utm_campaign": "okna",
            "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36",
            "consent": {"analytics": True},
            "properties": {"block": number % 9},
        }
        lines.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines).encode()


CASES = (
    Case("CDR", "asterisk_cdr", "landing/asterisk/Master.csv", _master),
    Case("receipts", "onec_receipts", "landing/1c/sales.csv", _receipts),
    Case("web events", "web_events", "landing/web/events.jsonl", _events),
)


def _empty(engine: sa.Engine, table: sa.Table) -> None:
    with engine.begin() as connection:
        connection.execute(sa.schema.DDL(f"truncate {table}"))


def _forget(engine: sa.Engine, table: sa.Table) -> None:
    """Empty the ledger too, so that the file is new."""
    with engine.begin() as connection:
        connection.execute(sa.schema.DDL(f"truncate {table}, raw.files cascade"))


def _load_seconds(engine: sa.Engine, folder: Path, case: Case) -> float:
    store = open_store(folder.as_uri())
    begin = time.perf_counter()
    (outcome,) = load_pending(engine, store, case.source, Settings(), now=datetime(2026, 12, 1, tzinfo=UTC))
    seconds = time.perf_counter() - begin
    assert (outcome.rows_loaded, outcome.rows_rejected) == (ROWS, 0), outcome
    return seconds


def _dump(engine: sa.Engine, case: Case, table: sa.Table) -> tuple[sql.Composed, bytes]:
    """The rows as COPY text, and the statement that takes them back."""
    target = sql.Identifier("raw", table.name)
    names = ("file_id", *source_named(case.source).files.target.columns)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    query = sql.SQL("copy (select {} from {}) to stdout").format(columns, target)
    with (
        closing(engine.raw_connection()) as connection,
        connection.cursor() as cursor,
        cursor.copy(query) as copy,
    ):
        data = b"".join(bytes(piece) for piece in copy)
    return sql.SQL("copy {} ({}) from stdin").format(target, columns), data


def _copy_seconds(engine: sa.Engine, statement: sql.Composed, data: bytes) -> float:
    with closing(engine.raw_connection()) as connection, connection.cursor() as cursor:
        begin = time.perf_counter()
        with cursor.copy(statement) as copy:
            copy.write(data)
        connection.commit()
        return time.perf_counter() - begin


def _measure(engine: sa.Engine, folder: Path, case: Case) -> str:
    table = source_named(case.source).files.target.table
    store = open_store(folder.as_uri())
    store.put(case.key, io.BytesIO(case.make(ROWS)))
    loads, copies = [], []
    for _ in range(ROUNDS):  # in turn, so that other work on the machine hits both alike
        _forget(engine, table)
        loads.append(_load_seconds(engine, folder, case))
        statement, data = _dump(engine, case, table)
        _empty(engine, table)
        copies.append(_copy_seconds(engine, statement, data))
    load, copy = ROWS / min(loads), ROWS / min(copies)
    small = _peak(engine, folder, case, table)
    store.put(case.key, io.BytesIO(case.make(10 * ROWS)))
    growth = _peak(engine, folder, case, table) - small
    return (
        f"{case.name} {load / copy:.2f} ({load:,.0f} of {copy:,.0f} rows/s), "
        f"ten times the file {growth:+.0f} MiB of {small:.0f}"
    )


def _peak(engine: sa.Engine, folder: Path, case: Case, table: sa.Table) -> float:
    """Greatest memory, MiB, of a fresh process that loads the file."""
    _forget(engine, table)
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_load_and_look, url, folder.as_uri(), case.source).result()


def _load_and_look(database: str, store: str, source: str) -> float:
    moment = datetime(2027, 12, 1, tzinfo=UTC)
    (outcome,) = load_pending(engine_for(database), open_store(store), source, Settings(), now=moment)
    assert outcome.rows_loaded >= ROWS, outcome
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) / 1024


def run() -> str:
    """Load each kind of file and COPY its rows, in turn; the best of three rounds each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedPostgres(folder / "postgres", durable=True) as server:
            server.ensure_database("bulk")
            engine = engine_for(server.url("bulk").replace("postgresql://", "postgresql+psycopg://"))
            migrate(engine)
            figures = [_measure(engine, folder / "objects", case) for case in CASES]
            engine.dispose()
    return "; ".join(figures)
