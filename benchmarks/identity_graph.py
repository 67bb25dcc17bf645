"""The identity graph: a full build over a million identifiers, then an increment of one per cent."""

import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.postgres import EmbeddedPostgres
from synapse.identity.graph import GraphOutcome, refresh_contacts
from synapse.settings.sections import Settings

TITLE = "identity graph, 1 M identifiers in full, then 1 % more"
GOAL = "5 M in 60 s; increments proportional"

_IDENTIFIERS = 1_000_000
_GOAL_SIZE = 5_000_000
# One person in this mix brings: a browser with three ids, four sessions, a telephone, half a code.
_PER_PERSON = 8.5

_EVENTS = sa.text("""
insert into raw.web_events (
    occurred_at, event_id, site, event_name, session_id, client_id, ga_client_id, ym_uid, phone
)
select
    timestamptz '2026-01-01' + person * interval '7 seconds' + visit * interval '1 day',
    gen_random_uuid(), 'site', 'page_view',
    md5('session' || person || '/' || visit), md5('client' || person), 'ga.' || person, 'ym' || person,
    case when visit = 4 and person % 3 = 0 then '+79' || lpad(person::text, 9, '0') end
from generate_series(cast(:first as bigint), cast(:last as bigint)) as person, generate_series(1, 4) as visit
""")
_CALLS = sa.text("""
insert into raw.call_records (row_hash, started_at, uniqueid, src, dst, channel)
select
    gen_random_uuid(), timestamptz '2026-01-01' + person * interval '7 seconds', person || '.1',
    '89' || lpad(person::text, 9, '0'), '500', 'PJSIP/trunk-00000001'
from generate_series(cast(:first as bigint), cast(:last as bigint)) as person
""")
_RECEIPTS = sa.text("""
insert into raw.receipts (
    source, receipt_number, issued_at, issued_on, kind, amount, phone, customer_code, customer_name
)
select
    'onec', person::text, timestamptz '2026-02-01' + person * interval '7 seconds', date '2026-02-01',
    'sale', 100, '+79' || lpad(person::text, 9, '0'), 'К-' || person, 'Клиент ' || person
from generate_series(cast(:first as bigint), cast(:last as bigint)) as person
where person % 2 = 0
""")


def run() -> str:
    """Measure both on a durable Postgres and extrapolate the full build in proportion to its size."""
    people = round(_IDENTIFIERS / _PER_PERSON)
    with tempfile.TemporaryDirectory(prefix="synapse-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres may run as another user
        with EmbeddedPostgres(folder / "postgres") as server:
            server.ensure_database("bench")
            engine = engine_for(server.url("bench").replace("postgresql://", "postgresql+psycopg://"))
            migrate(engine)
            full = _refresh_with(engine, 1, people)
            _settle(engine)
            increment = _refresh_with(engine, people + 1, people + people // 100)
            engine.dispose()
    expected = full.seconds * _GOAL_SIZE / full.identifiers_new
    ratio = increment.seconds / full.seconds
    return (
        f"{full.identifiers_new:,} in {full.seconds:.1f} s (5 M: {expected:.0f} s);"
        f" {increment.identifiers_new:,} more in {increment.seconds:.2f} s ({ratio:.1%} of it)"
    )


def _refresh_with(engine: sa.Engine, first: int, last: int) -> GraphOutcome:
    with engine.begin() as connection:
        for statement in (_EVENTS, _CALLS, _RECEIPTS):
            connection.execute(statement, {"first": first, "last": last})
    return refresh_contacts(engine, Settings())


def _settle(engine: sa.Engine) -> None:
    """Forget the margin of the reading marks: in life the next increment comes later than that."""
    time.sleep(0.1)
    with engine.begin() as connection:
        connection.execute(
            sa.text("update core.reading_marks set read_until = read_until + interval '5 minutes'")
        )
