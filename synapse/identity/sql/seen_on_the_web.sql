create temporary table web_identifiers on commit drop as
with cleaned as (
    select
        events.occurred_at,
        nullif(events.client_id, '') as client,
        nullif(events.ga_client_id, '') as ga,
        nullif(events.ym_uid, '') as ym,
        nullif(events.session_id, '') as session,
        nullif(events.phone, '') as phone,
        nullif(events.email, '') as email
    from raw.web_events as events
    where events.received_at > :since_web_events and not events.is_bot
)

select
    client,
    ga,
    ym,
    session,
    phone,
    email,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at
from cleaned
where coalesce(client, ga, ym, session, phone, email) is not null
group by client, ga, ym, session, phone, email
