{{ config(alias='dim_contacts') }}

select
    contact_id,
    {{ mask_name('display_name') }} as display_name,
    {{ mask_phone('phone') }} as phone,
    {{ mask_email('email') }} as email,
    first_seen_at,
    last_seen_at,
    first_source,
    first_medium,
    first_campaign,
    calls,
    messages,
    visits,
    receipts,
    net_amount
from {{ ref('dim_contacts') }}
