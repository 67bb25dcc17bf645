select distinct contact_id
from {{ ref('stg_core__contact_identifiers') }}
where kind in ('phone', 'email', 'telegram', 'whatsapp')
