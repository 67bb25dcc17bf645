{{ config(indexes=[{'columns': ['uniqueid'], 'unique': true}, {'columns': ['call_id']}]) }}

with channel_events as (
    select * from {{ ref('stg_asterisk__channel_events') }}
),

-- A bridge with an older call gives a channel that call's linkedid: the last one counts.
channels as (
    select
        uniqueid,
        (array_agg(linkedid order by occurred_at desc, channel_event_id desc))[1] as call_id,
        max(channel) as channel,
        min(occurred_at) as started_at,
        min(occurred_at) filter (where event = 'BRIDGE_ENTER') as bridged_at,
        (count(*) filter (where event in ('BLINDTRANSFER', 'ATTENDEDTRANSFER')))::int as transfers,
        bool_or(event in ('HANGUP', 'CHAN_END')) as is_complete,
        max(caller_name) as caller_name
    from channel_events
    group by uniqueid
)

select
    uniqueid,
    call_id,
    channel,
    {{ channel_extension('channel') }} as extension,
    channel like 'Local/%' as is_local,
    started_at,
    bridged_at,
    transfers,
    is_complete,
    caller_name
from channels
