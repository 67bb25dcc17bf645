with transcripts as (
    select * from {{ source('core', 'transcripts') }}
),

ready_transcripts as (
    select * from {{ source('raw', 'ready_transcripts') }}
)

select
    transcripts.id as transcript_id,
    transcripts.recording_id,
    transcripts.ready_transcript_id,
    ready_transcripts.uniqueid,
    {{ normalize_phone('ready_transcripts.caller_number') }} as client_phone,
    ready_transcripts.started_at,
    transcripts.duration_seconds,
    transcripts.created_at
from transcripts
left join ready_transcripts on transcripts.ready_transcript_id = ready_transcripts.id
where transcripts.is_current
