{{ config(alias='fct_receipts') }}

select
    receipt_id,
    source,
    receipt_number,
    issued_at,
    issued_on,
    kind,
    amount,
    currency,
    contact_id,
    {{ mask_name('customer_name') }} as customer_name,
    {{ mask_phone('phone') }} as phone,
    shop,
    manager,
    {{ mask_reference('enquiry_id') }} as enquiry_id,
    match_method,
    match_confidence,
    match_status,
    unmatched_reason
from {{ ref('fct_receipts') }}
