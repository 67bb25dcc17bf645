select
    now() as taken_at,
    pg_snapshot_xmin(snapshot)::text::bigint as xmin,
    pg_snapshot_xmax(snapshot)::text::bigint as xmax
from (select pg_current_snapshot() as snapshot) as present
