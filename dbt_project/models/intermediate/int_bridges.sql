{{ config(indexes=[{'columns': ['call_id']}]) }}

with channel_events as (
    select * from {{ ref('stg_asterisk__channel_events') }}
    where event in ('BRIDGE_ENTER', 'BRIDGE_EXIT')
),

channels as (
    select * from {{ ref('int_channels') }}
),

paired as (
    select
        uniqueid,
        event,
        occurred_at as entered_at,
        lead(occurred_at) over (partition by uniqueid order by occurred_at, channel_event_id) as left_at
    from channel_events
)

select
    channels.call_id,
    channels.uniqueid,
    channels.extension,
    paired.entered_at,
    paired.left_at
from paired
inner join channels on paired.uniqueid = channels.uniqueid
where paired.event = 'BRIDGE_ENTER' and not channels.is_local
