with receipts as (
    select * from {{ source('raw', 'receipts') }}
)

select
    id as receipt_id,
    source,
    receipt_number,
    issued_at,
    issued_on,
    kind,
    amount,
    currency,
    customer_name,
    customer_code,
    phone,
    phones_in_comment,
    email,
    shop,
    manager,
    returned_receipt_number
from receipts
