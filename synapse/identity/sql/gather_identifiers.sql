create temporary table gathered on commit drop as
with sightings as (
    select kind, value, first_seen_at, last_seen_at from call_identifiers
    union all
    select kind, value, seen_at, seen_at from receipt_identifiers
    union all
    select kind, value, first_seen_at, last_seen_at from message_identifiers
    union all
    select 'client', client, first_seen_at, last_seen_at from web_identifiers
    union all
    select 'ga', ga, first_seen_at, last_seen_at from web_identifiers
    union all
    select 'ym', ym, first_seen_at, last_seen_at from web_identifiers
    union all
    select 'session', session, first_seen_at, last_seen_at from web_identifiers
    union all
    select 'phone', phone, first_seen_at, last_seen_at from web_identifiers
    union all
    select 'email', email, first_seen_at, last_seen_at from web_identifiers
),

summed as (
    select
        kind,
        value,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from sightings
    group by kind, value
)

select *
from summed
where length(value) between 1 and 256 and lower(value) <> all(:meaningless)
