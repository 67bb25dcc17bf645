with web_events as (
    select * from {{ source('raw', 'web_events') }}
)

select
    event_id,
    occurred_at,
    received_at,
    site,
    event_name,
    nullif(session_id, '') as session_id,
    nullif(client_id, '') as client_id,
    nullif(ga_client_id, '') as ga_client_id,
    nullif(ym_uid, '') as ym_uid,
    url,
    nullif(referrer, '') as referrer,
    nullif(utm_source, '') as utm_source,
    nullif(utm_medium, '') as utm_medium,
    nullif(utm_campaign, '') as utm_campaign,
    nullif(gclid, '') as gclid,
    nullif(yclid, '') as yclid,
    nullif(fbclid, '') as fbclid,
    phone,
    email
from web_events
where not is_bot
