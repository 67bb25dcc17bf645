{{ config(indexes=[{'columns': ['transcript_id'], 'unique': true}, {'columns': ['call_id']}]) }}

with transcripts as (
    select * from {{ ref('stg_core__transcripts') }}
),

recordings as (
    select * from {{ ref('int_recordings_matched') }}
),

legs as (
    select * from {{ ref('int_call_legs') }}
),

calls as (
    select * from {{ ref('int_calls_assembled') }}
),

known_names as (
    select
        uniqueid as name,
        call_id
    from legs
    union
    select
        call_id as name,
        call_id
    from calls
    union
    select
        channels.uniqueid,
        channels.call_id
    from {{ ref('int_channels') }} as channels
    inner join calls on channels.call_id = calls.call_id
),

by_name as (
    select distinct on (transcripts.transcript_id)
        transcripts.transcript_id,
        known_names.call_id
    from transcripts
    inner join known_names on transcripts.uniqueid = known_names.name
    order by transcripts.transcript_id, known_names.call_id
),

by_number as (
    select
        transcripts.transcript_id,
        min(calls.call_id) as call_id
    from transcripts
    inner join calls
        on
            transcripts.client_phone = calls.client_number
            and calls.started_at between transcripts.started_at - interval '5 seconds'
            and transcripts.started_at + interval '5 seconds'
    where transcripts.uniqueid is null
    group by transcripts.transcript_id
    having count(*) = 1
)

select
    transcripts.transcript_id,
    transcripts.recording_id,
    transcripts.duration_seconds,
    coalesce(recordings.call_id, by_name.call_id, by_number.call_id) as call_id,
    coalesce(recordings.started_at, transcripts.started_at) as started_at,
    coalesce(recordings.client_number, transcripts.client_phone) as client_number
from transcripts
left join recordings on transcripts.recording_id = recordings.recording_id
left join by_name on transcripts.transcript_id = by_name.transcript_id
left join by_number on transcripts.transcript_id = by_number.transcript_id
