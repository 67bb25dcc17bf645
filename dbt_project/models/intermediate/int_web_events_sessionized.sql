{{ config(indexes=[{'columns': ['session_key', 'occurred_at']}]) }}

with events as (
    select * from {{ ref('stg_web__events') }}
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

visitors as (
    select
        events.*,
        coalesce(events.client_id, events.ga_client_id, events.ym_uid, events.event_id::text) as visitor,
        thresholds.session_timeout_minutes
    from events
    inner join thresholds
        on events.occurred_at >= thresholds.valid_from and events.occurred_at < thresholds.valid_to
),

gaps as (
    select
        *,
        coalesce(
            occurred_at - lag(occurred_at) over visits > make_interval(mins => session_timeout_minutes), true
        ) as is_start
    from visitors
    where session_id is null
    window visits as (partition by site, visitor order by occurred_at, event_id)
),

timed_out as (
    select
        event_id,
        visitor || ':' || count(*) filter (where is_start) over (
            partition by site, visitor order by occurred_at, event_id
        ) as session_key
    from gaps
)

select
    visitors.event_id,
    visitors.occurred_at,
    visitors.site || ':' || coalesce(visitors.session_id, timed_out.session_key) as session_key,
    visitors.event_name,
    visitors.session_id,
    visitors.client_id,
    visitors.ga_client_id,
    visitors.ym_uid,
    visitors.phone,
    visitors.email,
    visitors.url,
    visitors.referrer,
    visitors.utm_source,
    visitors.utm_medium,
    visitors.utm_campaign,
    visitors.gclid,
    visitors.yclid,
    visitors.fbclid
from visitors
left join timed_out on visitors.event_id = timed_out.event_id
