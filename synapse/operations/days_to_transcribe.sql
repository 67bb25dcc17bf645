select distinct recordings.started_on
from core.recordings
where
    recordings.state = 'ready'
    and not exists (
        select 1
        from core.transcripts
        where transcripts.recording_id = recordings.id and transcripts.is_current
    )
order by recordings.started_on
