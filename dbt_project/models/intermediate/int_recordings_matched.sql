{{ config(indexes=[{'columns': ['recording_id'], 'unique': true}, {'columns': ['call_id']}]) }}

with recordings as (
    select * from {{ ref('stg_core__recordings') }}
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
        uniqueid,
        call_id
    from {{ ref('int_channels') }}
),

by_name as (
    select distinct on (recordings.recording_id)
        recordings.recording_id,
        known_names.call_id
    from recordings
    inner join known_names on recordings.uniqueid = known_names.name
    -- CEL knows channels of calls whose CDR has not come yet.
    inner join calls on known_names.call_id = calls.call_id
    order by recordings.recording_id, known_names.call_id
),

by_file as (
    select distinct on (recordings.recording_id)
        recordings.recording_id,
        legs.call_id
    from recordings
    inner join legs on recordings.file_name = legs.recording_file
    order by recordings.recording_id, legs.call_id
),

-- Only an unambiguous number and time count: a wrong recording is worse than none.
by_number as (
    select
        recordings.recording_id,
        min(calls.call_id) as call_id
    from recordings
    inner join calls
        on
            calls.client_number in (recordings.from_phone, recordings.to_phone)
            and calls.started_at between recordings.started_at - interval '5 seconds'
            and recordings.started_at + interval '5 seconds'
    where recordings.uniqueid is null
    group by recordings.recording_id
    having count(*) = 1
)

select
    recordings.recording_id,
    recordings.started_at,
    recordings.duration_seconds,
    recordings.direction,
    coalesce(recordings.from_phone, recordings.to_phone) as client_number,
    coalesce(by_name.call_id, by_file.call_id, by_number.call_id) as call_id
from recordings
left join by_name on recordings.recording_id = by_name.recording_id
left join by_file on recordings.recording_id = by_file.recording_id
left join by_number on recordings.recording_id = by_number.recording_id
