{{ config(indexes=[{'columns': ['enquiry_id'], 'unique': true}]) }}

with enquiries as (
    select * from {{ ref('int_enquiries') }}
),

receipts as (
    select * from {{ ref('int_receipts_matched') }}
    where match_status = 'matched'
),

purchases as (
    select
        enquiry_id,
        min(issued_at) filter (where kind <> 'return') as first_receipt_at,
        (array_agg(amount order by issued_at, receipt_id) filter (where kind <> 'return'))[1]
            as first_receipt_amount,
        sum(amount) as net_amount,
        min(match_confidence) as match_confidence
    from receipts
    group by enquiry_id
)

select
    enquiries.*,
    purchases.first_receipt_at,
    purchases.first_receipt_amount,
    coalesce(purchases.net_amount, 0)::numeric(14, 2) as net_amount,
    purchases.match_confidence,
    purchases.first_receipt_at is not null as is_converted,
    purchases.first_receipt_at is not null or {{ now() }} >= enquiries.window_ends_at as is_matured,
    purchases.first_receipt_at is null and {{ now() }} >= enquiries.window_ends_at as is_lost
from enquiries
left join purchases on enquiries.enquiry_id = purchases.enquiry_id
