with files as (
    select * from {{ source('raw', 'files') }}
)

select
    id as file_id,
    source,
    state,
    rows_loaded,
    rows_rejected,
    first_seen_at,
    loaded_at
from files
