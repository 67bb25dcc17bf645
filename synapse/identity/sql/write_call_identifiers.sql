insert into call_identifiers (kind, value, first_seen_at, last_seen_at, name, name_seen_at)
select
    'phone' as kind,
    given.value,
    given.first_seen_at,
    given.last_seen_at,
    given.name,
    given.name_seen_at
from unnest(
    cast(:value as text []),
    cast(:first as timestamptz []),
    cast(:last as timestamptz []),
    cast(:name as text []),
    cast(:at as timestamptz [])
) as given (value, first_seen_at, last_seen_at, name, name_seen_at)
