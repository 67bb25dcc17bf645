{{ config(indexes=[{'columns': ['receipt_id'], 'unique': true}, {'columns': ['enquiry_id']}]) }}

with recursive receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

decisions as (
    select * from {{ ref('stg_app__match_decisions') }}
),

-- A person's no forbids a pair; the last yes pins the receipt and leaves no other pair.
pinned as (
    select distinct on (receipt_id)
        receipt_id,
        enquiry_id
    from decisions
    where is_match
    order by receipt_id, decision_id desc
),

forbidden as (
    select
        receipt_id,
        enquiry_id
    from decisions
    where not is_match
),

candidates as (
    select
        candidates.receipt_id,
        candidates.enquiry_id,
        candidates.enquired_at,
        candidates.method,
        candidates.is_assigned,
        candidates.score,
        candidates.reasons
    from {{ ref('int_receipt_candidates') }} as candidates
    left join pinned on candidates.receipt_id = pinned.receipt_id
    left join forbidden
        on candidates.receipt_id = forbidden.receipt_id and candidates.enquiry_id = forbidden.enquiry_id
    where pinned.receipt_id is null and forbidden.receipt_id is null

    union all

    select
        pinned.receipt_id,
        pinned.enquiry_id,
        null::timestamptz as enquired_at,
        'decision' as method,
        true as is_assigned,
        1.0 as score,
        '{}'::jsonb as reasons
    from pinned
),

first_enquiries as (
    select
        contact_key,
        min(enquired_at) as enquired_at
    from {{ ref('int_enquiries') }}
    group by contact_key
),

conversations as (
    select distinct contact_key from {{ ref('int_conversations') }}
),

-- The likeliest enquiry of each receipt; of equals the one nearest in time. A guess must hold its own against others'.
best as (
    select distinct on (receipt_id)
        receipt_id,
        enquiry_id,
        method,
        score,
        reasons
    from candidates
    where is_assigned
    order by receipt_id, score desc, enquired_at desc, enquiry_id
),

-- A return follows its sale and a payment its advance, also after the window.
followed as (
    select
        receipts.receipt_id,
        receipts.source,
        receipts.receipt_number,
        best.enquiry_id,
        best.method,
        best.score,
        best.reasons
    from receipts
    inner join best on receipts.receipt_id = best.receipt_id
    left join pinned on receipts.receipt_id = pinned.receipt_id
    where
        pinned.receipt_id is not null
        or (receipts.base_receipt_id is null and receipts.kind <> 'return')

    union all

    select
        receipts.receipt_id,
        receipts.source,
        receipts.receipt_number,
        followed.enquiry_id,
        'base' as method,
        followed.score,
        followed.reasons
    from followed
    inner join receipts on followed.receipt_id = receipts.base_receipt_id
    left join pinned on receipts.receipt_id = pinned.receipt_id
    left join forbidden
        on receipts.receipt_id = forbidden.receipt_id and followed.enquiry_id = forbidden.enquiry_id
    where pinned.receipt_id is null and forbidden.receipt_id is null
),

matched as (
    select
        receipts.*,
        coalesce(followed.enquiry_id, best.enquiry_id) as enquiry_id,
        case when followed.enquiry_id is not null then followed.method else best.method end as method,
        coalesce(followed.score, best.score) as score,
        coalesce(followed.reasons, best.reasons) as reasons
    from receipts
    left join followed on receipts.receipt_id = followed.receipt_id
    left join best on receipts.receipt_id = best.receipt_id and receipts.kind <> 'return'
),

-- A family's other enquiries, and other guesses that are not far behind.
others as (
    select
        candidates.receipt_id,
        array_agg(candidates.enquiry_id order by candidates.score desc, candidates.enquiry_id) as other_enquiries
    from candidates
    inner join matched on candidates.receipt_id = matched.receipt_id
    where candidates.score >= 0.1 and candidates.enquiry_id is distinct from matched.enquiry_id
    group by candidates.receipt_id
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
    case when decided.match_status <> 'unmatched' then decided.reasons end as match_reasons,
    coalesce(others.other_enquiries[1:3], '{}') as other_enquiries,
    decided.match_status,
    case
        when decided.match_status <> 'unmatched' then null
        when decided.kind = 'return' then 'Продажа, по которой возврат, не найдена или не связана с обращением'
        when decided.contact_key is null then 'В чеке нет ни телефона, ни почты, ни кода покупателя'
        when conversations.contact_key is null then 'Покупатель не звонил и не писал'
        when first_enquiries.contact_key is null then 'Покупатель обращался, но не за покупкой'
        when first_enquiries.enquired_at > decided.issued_at + interval '1 hour'
            then 'Покупатель обратился уже после чека'
        else 'Со времени обращения прошло слишком много дней'
    end as unmatched_reason
from decided
left join others on decided.receipt_id = others.receipt_id
left join conversations on decided.contact_key = conversations.contact_key
left join first_enquiries on decided.contact_key = first_enquiries.contact_key
