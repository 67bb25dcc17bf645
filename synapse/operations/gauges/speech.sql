select
    count(*) as waiting,
    coalesce(sum(duration_seconds), 0) as waiting_seconds
from core.recordings as recordings
where
    state = 'ready'
    and not exists (
        select from core.transcripts as transcripts
        where transcripts.recording_id = recordings.id and transcripts.is_current
    )
