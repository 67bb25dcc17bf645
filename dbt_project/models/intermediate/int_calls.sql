{{
    config(indexes=[
        {'columns': ['call_id'], 'unique': true},
        {'columns': ['contact_key', 'answered_at']},
        {'columns': ['started_at']},
    ])
}}

with calls as (
    select * from {{ ref('int_calls_assembled') }}
),

phones as (
    select
        value,
        contact_id
    from {{ ref('stg_core__contact_identifiers') }}
    where kind = 'phone'
),

recordings as (
    select distinct on (call_id)
        call_id,
        recording_id
    from {{ ref('int_recordings_matched') }}
    where call_id is not null
    order by call_id, duration_seconds desc, recording_id
),

transcripts as (
    select distinct on (call_id)
        call_id,
        transcript_id,
        recording_id
    from {{ ref('int_transcripts_matched') }}
    where call_id is not null
    order by call_id, recording_id is null, duration_seconds desc, transcript_id
)

select
    calls.*,
    phones.contact_id,
    -- Who the other party is, as well as it is known: hidden callers are each a stranger.
    coalesce('contact:' || phones.contact_id, calls.client_number, 'call:' || calls.call_id) as contact_key,
    {{ local_date('calls.started_at') }} as started_on,
    {{ local_hour('calls.started_at') }} as started_hour,
    {{ is_in_business_hours('calls.started_at') }} as is_in_business_hours,
    coalesce(transcripts.recording_id, recordings.recording_id) as recording_id,
    transcripts.transcript_id
from calls
left join phones on calls.client_number = phones.value
left join recordings on calls.call_id = recordings.call_id
left join transcripts on calls.call_id = transcripts.call_id
