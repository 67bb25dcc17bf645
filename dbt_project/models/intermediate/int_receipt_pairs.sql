{{ config(indexes=[{'columns': ['receipt_id']}, {'columns': ['enquiry_id']}]) }}

with receipts as (
    select
        *,
        {{ name_words('customer_name') }} as name_words,
        coalesce(customer_code, {{ name_key('customer_name') }}, receipt_id::text) as customer_key
    from {{ ref('int_receipts_identified') }}
),

enquiries as (
    select
        enquiries.*,
        talks.agents,
        talks.amounts,
        talks.visits,
        talks.name_words
    from {{ ref('int_enquiries') }} as enquiries
    inner join {{ ref('int_enquiry_talks') }} as talks on enquiries.enquiry_id = talks.enquiry_id
),

-- An advance is a part of what was named; what is paid later counts with it.
totals as (
    select
        base_receipt_id as receipt_id,
        sum(amount) as paid_later
    from receipts
    where base_receipt_id is not null and kind = 'sale'
    group by base_receipt_id
),

known_pairs as (
    select
        receipts.receipt_id,
        enquiries.enquiry_id,
        case
            when receipts.phone = enquiries.client_number then 'phone'
            when enquiries.client_number = any(receipts.phones_in_comment) then 'comment_phone'
            when receipts.contact_method in ('email', 'code') then receipts.contact_method
            else 'contact'
        end as identity
    from receipts
    inner join enquiries
        on
            receipts.contact_key = enquiries.contact_key
            and receipts.issued_at >= enquiries.enquired_at - interval '1 hour'
            and receipts.issued_at <= enquiries.window_ends_at
),

-- A known telephone under which another name was given may be a household's: the name is looked for as well.
known as (
    select
        known_pairs.receipt_id,
        bool_or(coalesce(receipts.name_words && enquiries.name_words, true)) as is_name_fitting
    from known_pairs
    inner join receipts on known_pairs.receipt_id = receipts.receipt_id
    inner join enquiries on known_pairs.enquiry_id = enquiries.enquiry_id
    group by known_pairs.receipt_id
),

unknown as (
    select
        receipts.*,
        known.receipt_id is not null as is_known
    from receipts
    left join known on receipts.receipt_id = known.receipt_id
    where not coalesce(known.is_name_fitting, false) and receipts.base_receipt_id is null and receipts.kind <> 'return'
),

taken as (
    select distinct enquiry_id from known_pairs
),

-- Windows in pieces, so that pairs meet by equality and only then by time.
spans as (
    select
        enquiries.enquiry_id,
        enquiries.enquired_at,
        enquiries.window_ends_at,
        enquiries.agents,
        enquiries.name_words,
        span.number
    from enquiries
    cross join
        lateral generate_series(
            floor(extract(epoch from enquiries.enquired_at - interval '1 hour') / 2592000)::int,
            floor(extract(epoch from enquiries.window_ends_at) / 2592000)::int
        ) as span (number)
    where enquiries.name_words is not null
),

heard as (
    select
        spans.*,
        spoken.value
    from spans
    cross join lateral unnest(spans.name_words) as spoken (value)
),

-- Who has the receipt's full name, or a word of it with the receipt's manager.
by_name as (
    select
        unknown.receipt_id,
        spans.enquiry_id
    from unknown
    cross join lateral unnest(unknown.name_words) as word (value)
    inner join heard as spans
        on
            word.value = spans.value
            and floor(extract(epoch from unknown.issued_at) / 2592000)::int = spans.number
            and unknown.issued_at >= spans.enquired_at - interval '1 hour'
            and unknown.issued_at <= spans.window_ends_at
    where
        (not unknown.is_known and lower(unknown.manager) = any(spans.agents))
        or (
            select count(*) from unnest(unknown.name_words) as w (v)
            where w.v = any(spans.name_words)
        ) >= 2
),

visited as (
    select
        enquiries.enquiry_id,
        enquiries.window_ends_at,
        visit.due_at,
        agent.name as agent,
        floor(extract(epoch from visit.due_at) / 86400)::int + later.days as day_number
    from enquiries
    cross join lateral unnest(enquiries.visits) as visit (due_at)
    cross join lateral unnest(enquiries.agents) as agent (name)
    cross join generate_series(0, 4) as later (days)
),

-- Whom the manager had promised a visit shortly before.
by_visit as (
    select
        unknown.receipt_id,
        visited.enquiry_id
    from unknown
    inner join visited
        on
            lower(unknown.manager) = visited.agent
            and floor(extract(epoch from unknown.issued_at) / 86400)::int = visited.day_number
            and unknown.issued_at between visited.due_at and visited.due_at + interval '4 days'
            and unknown.issued_at <= visited.window_ends_at
    where not unknown.is_known
),

guessed_pairs as (
    select
        receipt_id,
        enquiry_id
    from by_name
    union
    select
        receipt_id,
        enquiry_id
    from by_visit
),

pairs as (
    select
        receipt_id,
        enquiry_id,
        identity
    from known_pairs
    union all
    select
        guessed_pairs.receipt_id,
        guessed_pairs.enquiry_id,
        null as identity
    from guessed_pairs
    left join known_pairs
        on guessed_pairs.receipt_id = known_pairs.receipt_id and guessed_pairs.enquiry_id = known_pairs.enquiry_id
    where known_pairs.receipt_id is null
),

compared as (
    select
        pairs.receipt_id,
        pairs.enquiry_id,
        pairs.identity,
        receipts.customer_key,
        receipts.issued_at,
        enquiries.enquired_at,
        taken.enquiry_id is not null as is_taken,
        case
            when receipts.name_words is not null and enquiries.name_words is not null then (
                select count(*) from unnest(receipts.name_words) as word (value)
                where word.value = any(enquiries.name_words)
            )
        end as words_alike,
        case when receipts.manager <> '' then lower(receipts.manager) = any(enquiries.agents) end as is_manager,
        case
            when enquiries.visits is null then 'none'
            else coalesce(
                    (
                        select
                            case
                                when min(receipts.issued_at - visit.due_at) <= interval '3 days' then 'within_3_days'
                                when min(receipts.issued_at - visit.due_at) <= interval '4 days' then 'within_4_days'
                            end
                        from unnest(enquiries.visits) as visit (due_at)
                        where receipts.issued_at >= visit.due_at
                    ), 'elsewhen'
                )
        end as visit,
        (
            select
                min(case
                    when
                        abs(receipts.amount + coalesce(totals.paid_later, 0) - named.amount) <= named.amount * 0.02
                        then 1
                    when
                        receipts.kind = 'advance' and totals.paid_later is null
                        and receipts.amount between named.amount * 0.25 and named.amount
                        or (receipts.kind <> 'advance' or totals.paid_later is not null)
                        and receipts.amount + coalesce(totals.paid_later, 0)
                        between named.amount * 0.8 and named.amount * 2 then 2
                    else 3
                end)
            from unnest(enquiries.amounts) as named (amount)
            where receipts.amount > 0
        ) as amount_rank
    from pairs
    inner join receipts on pairs.receipt_id = receipts.receipt_id
    inner join enquiries on pairs.enquiry_id = enquiries.enquiry_id
    left join totals on pairs.receipt_id = totals.receipt_id
    left join taken on pairs.enquiry_id = taken.enquiry_id
)

select
    receipt_id,
    enquiry_id,
    customer_key,
    issued_at,
    enquired_at,
    identity,
    case
        when words_alike >= 2 then 'two_words'
        when words_alike = 1 then 'one_word'
        when words_alike = 0 then 'other'
    end as name,
    case when is_manager then 'same' when not is_manager then 'other' end as manager,
    -- a visit says when; the days since the enquiry would say it twice
    case
        when visit in ('within_3_days', 'within_4_days') then null
        when issued_at <= enquired_at + interval '3 days' then 'within_3_days'
        when issued_at <= enquired_at + interval '7 days' then 'within_7_days'
        when issued_at <= enquired_at + interval '14 days' then 'within_14_days'
        else 'later'
    end as time,
    visit,
    (array['equal', 'near', 'far'])[amount_rank] as amount
from compared
-- What another buyer's phone has claimed is free only for the full name.
where identity is not null or not is_taken or words_alike >= 2
