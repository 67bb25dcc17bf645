with decisions as (
    select * from {{ source('app', 'match_decisions') }}
),

receipts as (
    select
        receipt_id,
        source,
        receipt_number,
        issued_on,
        kind
    from {{ ref('stg_onec__receipts') }}
)

select distinct on (receipts.receipt_id, decisions.enquiry_id)
    receipts.receipt_id,
    decisions.enquiry_id,
    decisions.is_match,
    decisions.decided_by,
    decisions.decided_at,
    decisions.id as decision_id
from decisions
inner join receipts
    on
        decisions.source = receipts.source
        and decisions.receipt_number = receipts.receipt_number
        and decisions.issued_on = receipts.issued_on
        and decisions.kind = receipts.kind
order by receipts.receipt_id, decisions.enquiry_id, decisions.id desc
