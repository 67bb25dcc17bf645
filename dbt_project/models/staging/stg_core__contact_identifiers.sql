with contact_identifiers as (
    select * from {{ source('core', 'contact_identifiers') }}
)

select
    kind,
    value,
    contact_id,
    name,
    name_rank,
    first_seen_at,
    last_seen_at
from contact_identifiers
where not is_shared and contact_id is not null
