select
    transcripts.id,
    coalesce(recordings.started_at, ready.started_at, called.started_at) as started_at
from core.transcripts as transcripts
left join core.recordings as recordings on transcripts.recording_id = recordings.id
left join raw.ready_transcripts as ready on transcripts.ready_transcript_id = ready.id
left join core.insights as insights on transcripts.id = insights.transcript_id
left join lateral (
    select min(records.started_at) as started_at
    from raw.call_records as records
    where
        recordings.started_at is null
        and ready.started_at is null
        and (
            records.uniqueid = coalesce(recordings.uniqueid, ready.uniqueid)
            or records.linkedid = coalesce(recordings.uniqueid, ready.uniqueid)
        )
) as called on true
where
    transcripts.is_current
    and transcripts.id > :after
    and insights.version is distinct from :version
    and (
        insights.version is null
        or split_part(insights.version, '+', 1) <> :shipped
        or coalesce(recordings.started_at, ready.started_at, called.started_at, transcripts.created_at) >= :recent
    )
order by transcripts.id
limit :batch
