with rejected_rows as (
    select * from {{ source('raw', 'rejected_rows') }}
)

-- The original text stays in raw: it may hold a person's data.
select
    id as rejected_row_id,
    source,
    reason_code,
    rejected_at
from rejected_rows
