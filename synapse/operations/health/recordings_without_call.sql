select
    avg((not known)::int) as figure,
    count(*) as recordings,
    count(*) filter (where not known) as without_call
from (
    select
        exists (
            select 1
            from raw.call_records
            where call_records.uniqueid = recordings.uniqueid or call_records.linkedid = recordings.uniqueid
        ) as known
    from core.recordings
    where recordings.state = 'ready' and recordings.started_at > now() - interval '30 days'
) as recent
