{{ config(indexes=[{'columns': ['receipt_id'], 'unique': true}, {'columns': ['enquiry_id']}]) }}

with receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

candidates as (
    select * from {{ ref('int_receipt_candidates') }}
),

enquiries as (
    select * from {{ ref('int_enquiries') }}
),

conversations as (
    select distinct contact_key from {{ ref('int_conversations') }}
),

-- The likeliest enquiry of each receipt; of equals the one nearest in time.
best as (
    select distinct on (receipt_id)
        receipt_id,
        enquiry_id,
        method,
        score
    from candidates
    order by receipt_id, score desc, enquired_at desc, enquiry_id
),

-- A return follows its sale, also when it comes after the window.
returned_sales as (
    select distinct on (returns.receipt_id)
        returns.receipt_id,
        best.enquiry_id,
        best.score
    from receipts as returns
    inner join receipts as sales
        on
            returns.source = sales.source
            and returns.returned_receipt_number = sales.receipt_number
            and sales.kind <> 'return'
            and sales.issued_at <= returns.issued_at
    inner join best on sales.receipt_id = best.receipt_id
    where returns.kind = 'return'
    order by returns.receipt_id, sales.issued_at desc
),

-- An export that names no sale leaves the buyer's last one of that sum.
likely_returned_sales as (
    select distinct on (returns.receipt_id)
        returns.receipt_id,
        best.enquiry_id,
        best.score
    from receipts as returns
    inner join receipts as sales
        on
            returns.contact_key = sales.contact_key
            and sales.kind <> 'return'
            and sales.issued_at <= returns.issued_at
            and sales.amount >= - returns.amount
    inner join best on sales.receipt_id = best.receipt_id
    where returns.kind = 'return' and returns.returned_receipt_number is null
    order by returns.receipt_id, sales.issued_at desc
),

matched as (
    select
        receipts.*,
        case
            when receipts.kind <> 'return' then best.enquiry_id
            else coalesce(returned_sales.enquiry_id, likely_returned_sales.enquiry_id)
        end as enquiry_id,
        case when receipts.kind <> 'return' then best.method else 'return' end as method,
        case
            when receipts.kind <> 'return' then best.score
            else coalesce(returned_sales.score, likely_returned_sales.score)
        end as score
    from receipts
    left join best on receipts.receipt_id = best.receipt_id
    left join returned_sales on receipts.receipt_id = returned_sales.receipt_id
    left join likely_returned_sales on receipts.receipt_id = likely_returned_sales.receipt_id
),

decided as (
    select
        *,
        case
            when score >= 0.9 then 'matched'
            when score >= 0.5 then 'review'
            else 'unmatched'
        end as match_status
    from matched
)

select
    decided.receipt_id,
    decided.source,
    decided.receipt_number,
    decided.issued_at,
    decided.issued_on,
    decided.kind,
    decided.amount,
    decided.contact_id,
    decided.contact_key,
    case when decided.match_status <> 'unmatched' then decided.enquiry_id end as enquiry_id,
    case when decided.match_status <> 'unmatched' then decided.method end as match_method,
    case when decided.match_status <> 'unmatched' then decided.score end as match_confidence,
    decided.match_status,
    case
        when decided.match_status <> 'unmatched' then null
        when decided.kind = 'return' then 'Продажа, по которой возврат, не связана с обращением'
        when decided.contact_key is null then 'В чеке нет ни телефона, ни почты, ни кода покупателя'
        when decided.contact_key not in (select conversations.contact_key from conversations)
            then 'Покупатель не звонил и не писал'
        when not exists (
            select 1 from enquiries
            where enquiries.contact_key = decided.contact_key
        ) then 'Покупатель обращался, но не за покупкой'
        when not exists (
            select 1 from enquiries
            where
                enquiries.contact_key = decided.contact_key
                and enquiries.enquired_at <= decided.issued_at + interval '1 hour'
        ) then 'Покупатель обратился уже после чека'
        else 'Со времени обращения прошло слишком много дней'
    end as unmatched_reason
from decided
