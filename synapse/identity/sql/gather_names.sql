create temporary table gathered_names on commit drop as
with named as (
    select kind, value, name, 1 as name_rank, seen_at as name_seen_at from receipt_identifiers
    union all
    select kind, value, name, 2 as name_rank, name_seen_at from message_identifiers
    union all
    select kind, value, name, 3 as name_rank, name_seen_at from call_identifiers
)

select distinct on (kind, value)
    kind,
    value,
    name,
    name_rank,
    name_seen_at
from named
where name <> ''
order by kind asc, value asc, name_rank asc, name_seen_at desc, name asc
