with contacts as (
    select * from {{ source('core', 'contacts') }}
)

select
    id as contact_id,
    nullif(display_name, '') as display_name,
    first_seen_at,
    last_seen_at
from contacts
