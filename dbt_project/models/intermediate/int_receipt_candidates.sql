{{ config(indexes=[{'columns': ['receipt_id']}]) }}

with receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

enquiries as (
    select * from {{ ref('int_enquiries') }}
),

weights as (
    select * from {{ ref('receipt_match_weights') }}
),

pairs as (
    select
        receipts.receipt_id,
        enquiries.enquiry_id,
        enquiries.enquired_at,
        receipts.issued_at,
        case
            when receipts.phone = enquiries.client_number then 'phone'
            when enquiries.client_number = any(receipts.phones_in_comment) then 'comment_phone'
            when receipts.contact_method in ('email', 'code', 'name') then receipts.contact_method
            else 'contact'
        end as method
    from receipts
    inner join enquiries
        on
            receipts.contact_key = enquiries.contact_key
            and receipts.issued_at >= enquiries.enquired_at - interval '1 hour'
            and receipts.issued_at <= enquiries.window_ends_at
),

evidence as (
    select
        receipt_id,
        enquiry_id,
        method as evidence
    from pairs
    union all
    select
        receipt_id,
        enquiry_id,
        case
            when issued_at <= enquired_at + interval '7 days' then 'within_7_days'
            when issued_at <= enquired_at + interval '14 days' then 'within_14_days'
        end
    from pairs
),

-- Independent reasons add up as chances that all of them mislead multiply.
scores as (
    select
        evidence.receipt_id,
        evidence.enquiry_id,
        1 - exp(sum(ln(1 - weights.weight))) as score
    from evidence
    inner join weights on evidence.evidence = weights.evidence
    group by evidence.receipt_id, evidence.enquiry_id
)

select
    pairs.receipt_id,
    pairs.enquiry_id,
    pairs.enquired_at,
    pairs.issued_at,
    pairs.method,
    round(scores.score::numeric, 3)::double precision as score
from pairs
inner join scores on pairs.receipt_id = scores.receipt_id and pairs.enquiry_id = scores.enquiry_id
