{{ config(indexes=[{'columns': ['call_id']}, {'columns': ['uniqueid']}]) }}

with call_records as (
    select
        *,
        substring(channel from '^(Local/.+);2$') as local_half,
        substring(destination_channel from '^(Local/.+);1$') as other_local_half
    from {{ ref('stg_asterisk__call_records') }}
),

channels as (
    select * from {{ ref('int_channels') }}
),

queues as (
    select distinct queue as number from {{ ref('stg_asterisk__queue_events') }}
    union
    select distinct split_part(application_data, ',', 1) from call_records
    where application = 'Queue'
),

known_calls as (
    select
        call_records.*,
        coalesce(call_records.linkedid, channels.call_id) as known_call_id
    from call_records
    left join channels on call_records.uniqueid = channels.uniqueid
),

-- Without linkedid and CEL only the two halves of a Local channel tell what belongs together.
parents as (
    select distinct on (child.call_record_id)
        child.call_record_id,
        coalesce(parent.known_call_id, parent.uniqueid) as call_id
    from known_calls as child
    inner join known_calls as parent on child.local_half = parent.other_local_half
    where
        child.known_call_id is null
        and abs(extract(epoch from child.started_at - parent.started_at)) < 3600
    order by child.call_record_id, abs(extract(epoch from child.started_at - parent.started_at))
)

select
    known_calls.call_record_id,
    coalesce(known_calls.known_call_id, parents.call_id, known_calls.uniqueid) as call_id,
    known_calls.uniqueid,
    known_calls.sequence,
    known_calls.from_number,
    known_calls.from_phone,
    known_calls.to_number,
    known_calls.to_phone,
    known_calls.did,
    known_calls.caller_name,
    known_calls.channel like 'Local/%' as is_from_local_channel,
    known_calls.destination_channel like 'Local/%' as is_to_local_channel,
    known_calls.destination_channel is not null as has_destination,
    known_calls.channel_extension as caller_extension,
    case
        when known_calls.destination_extension in (select queues.number from queues) then null
        else known_calls.destination_extension
    end as agent_extension,
    known_calls.context ~ 'trunk|pstn|extern|from-sip-external' as is_from_trunk,
    known_calls.application = 'Queue' as is_queue_leg,
    case
        when known_calls.application = 'Queue' then nullif(split_part(known_calls.application_data, ',', 1), '')
    end as queue,
    known_calls.started_at,
    known_calls.answered_at,
    known_calls.ended_at,
    known_calls.billable_seconds,
    known_calls.disposition,
    known_calls.disposition = 'ANSWERED' and known_calls.billable_seconds > 0 as is_answered,
    known_calls.recording_file
from known_calls
left join parents on known_calls.call_record_id = parents.call_record_id
