select count(*)
from core.transcripts as transcripts
left join core.recordings as recordings on transcripts.recording_id = recordings.id
left join raw.ready_transcripts as ready on transcripts.ready_transcript_id = ready.id
left join core.insights as insights on transcripts.id = insights.transcript_id
where
    transcripts.is_current
    and insights.version is distinct from :version
    and (
        insights.version is null
        or split_part(insights.version, '+', 1) <> :shipped
        or coalesce(recordings.started_at, ready.started_at, transcripts.created_at) >= :recent
    )
