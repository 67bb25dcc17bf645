with receipts as (
    select * from {{ source('raw', 'receipts') }}
),

sold as (
    select
        receipts.id,
        string_agg(listed.line ->> 'name', '; ' order by listed.position) as items
    from receipts
    cross join lateral jsonb_array_elements(receipts.lines) with ordinality as listed (line, position)
    group by receipts.id
)

select
    receipts.id as receipt_id,
    receipts.source,
    receipts.receipt_number,
    receipts.issued_at,
    receipts.issued_on,
    receipts.kind,
    receipts.amount,
    receipts.currency,
    receipts.customer_name,
    receipts.customer_code,
    receipts.phone,
    receipts.phones_in_comment,
    receipts.email,
    receipts.shop,
    receipts.manager,
    receipts.returned_receipt_number,
    sold.items
from receipts
left join sold on receipts.id = sold.id
