{{ config(indexes=[{'columns': ['call_id'], 'unique': true}]) }}

with queue_events as (
    select * from {{ ref('stg_asterisk__queue_events') }}
),

channels as (
    select * from {{ ref('int_channels') }}
),

names as (
    select * from {{ ref('int_agent_names') }}
    where is_only_agent
),

-- queue_log names an agent as the queue's member is called; the bridged channel tells the extension, and where
-- nobody picked up, the only extension of this name.
named_events as (
    select
        queue_events.*,
        coalesce(channels.call_id, queue_events.uniqueid) as call_id,
        coalesce(
            queue_events.agent_extension, bridged.extension, names.agent_id, queue_events.agent_name
        ) as agent_id
    from queue_events
    left join channels on queue_events.uniqueid = channels.uniqueid
    left join channels as bridged
        on queue_events.event = 'CONNECT' and queue_events.data[2] = bridged.uniqueid
    left join names on queue_events.agent_name = names.agent_name
),

queue_calls as (
    select
        call_id,
        (array_agg(queue order by occurred_at, queue_event_id) filter (where event = 'ENTERQUEUE'))[1] as queue,
        min(occurred_at) filter (where event = 'ENTERQUEUE') as entered_at,
        min(occurred_at) filter (where event = 'CONNECT') as connected_at,
        max(occurred_at) filter (
            where event in ('ABANDON', 'EXITWITHTIMEOUT', 'EXITWITHKEY', 'EXITEMPTY')
        ) as gave_up_at,
        (array_agg(agent_id order by occurred_at, queue_event_id) filter (where event = 'CONNECT'))[1] as agent_id,
        array_agg(distinct agent_id) filter (
            where event in ('CONNECT', 'RINGNOANSWER', 'RINGCANCELED') and agent_id is not null
        ) as agent_ids,
        count(*) filter (where event in ('BLINDTRANSFER', 'ATTENDEDTRANSFER')) as transfers
    from named_events
    group by call_id
)

select
    call_id,
    queue,
    connected_at,
    agent_id,
    coalesce(agent_ids, '{}') as agent_ids,
    transfers::int as transfers,
    greatest(
        coalesce({{ seconds_between('entered_at', 'coalesce(connected_at, gave_up_at)') }}, 0), 0
    ) as hold_seconds
from queue_calls
