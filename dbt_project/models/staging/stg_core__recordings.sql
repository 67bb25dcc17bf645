with recordings as (
    select * from {{ source('core', 'recordings') }}
)

select
    id as recording_id,
    key,
    regexp_replace(key, '^.*/', '') as file_name,
    uniqueid,
    direction,
    {{ normalize_phone('src') }} as from_phone,
    {{ normalize_dialled('dst') }} as to_phone,
    started_at,
    duration_seconds
from recordings
where state = 'ready'
