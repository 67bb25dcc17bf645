{{ config(indexes=[{'columns': ['uniqueid'], 'unique': true}, {'columns': ['call_id']}]) }}

with channel_events as (
    select * from {{ ref('stg_asterisk__channel_events') }}
),

-- A bridge with an older call gives a channel that call's linkedid: the last one counts.
call_of_channel as (
    select distinct on (uniqueid)
        uniqueid,
        linkedid as call_id
    from channel_events
    order by uniqueid, occurred_at desc, channel_event_id desc
),

channels as (
    select
        uniqueid,
        max(channel) as channel,
        max(channel_extension) as extension,
        bool_or(is_local_channel) as is_local,
        min(occurred_at) as started_at,
        min(occurred_at) filter (where event = 'BRIDGE_ENTER') as bridged_at,
        count(*) filter (where event in ('BLINDTRANSFER', 'ATTENDEDTRANSFER')) as transfers,
        bool_or(event in ('HANGUP', 'CHAN_END')) as is_complete,
        max(caller_name) as caller_name
    from channel_events
    group by uniqueid
)

select
    channels.uniqueid,
    call_of_channel.call_id,
    channels.channel,
    channels.extension,
    channels.is_local,
    channels.started_at,
    channels.bridged_at,
    channels.transfers::int as transfers,
    channels.is_complete,
    channels.caller_name
from channels
inner join call_of_channel on channels.uniqueid = call_of_channel.uniqueid
