with named as (
    select distinct regexp_replace(recording_file, '^.*/', '') as file_name
    from raw.call_records
    where
        started_at between now() - interval '30 days' and now() - interval '1 hour'
        and recording_file <> ''
        -- before the first recording there was no storage to look into
        and started_at >= (select min(started_at) from core.recordings)
),

present as (
    select regexp_replace(key, '^.*/', '') as file_name
    from core.recordings
    where state <> 'missing'
)

select
    avg((present.file_name is null)::int) as figure,
    count(*) as calls,
    count(*) filter (where present.file_name is null) as without_recording
from named
left join present on named.file_name = present.file_name
