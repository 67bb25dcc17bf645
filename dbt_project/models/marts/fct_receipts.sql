{{
    config(indexes=[
        {'columns': ['receipt_id'], 'unique': true},
        {'columns': ['issued_on']},
        {'columns': ['contact_id']},
        {'columns': ['enquiry_id']},
    ])
}}

with receipts as (
    select * from {{ ref('stg_onec__receipts') }}
),

matches as (
    select * from {{ ref('int_receipts_matched') }}
)

select
    receipts.receipt_id,
    receipts.source,
    receipts.receipt_number,
    receipts.issued_at,
    receipts.issued_on,
    receipts.kind,
    receipts.amount,
    receipts.currency,
    matches.contact_id,
    receipts.customer_name,
    coalesce(receipts.phone, receipts.phones_in_comment[1]) as phone,
    receipts.shop,
    receipts.manager,
    receipts.items,
    matches.enquiry_id,
    matches.match_method,
    matches.match_confidence,
    matches.match_status,
    matches.match_reasons,
    matches.other_enquiries,
    matches.unmatched_reason
from receipts
inner join matches on receipts.receipt_id = matches.receipt_id
