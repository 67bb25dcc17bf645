{{ config(indexes=[{'columns': ['day'], 'unique': true}]) }}

-- Of what happened on a day, how much the warehouse understood.
with calls as (
    select
        calls.started_on as day,
        count(*) filter (where calls.is_answered) as answered_calls,
        count(*) filter (where calls.is_answered and calls.recording_id is not null) as recorded_calls,
        count(*) filter (where calls.is_answered and calls.transcript_id is not null) as transcribed_calls
    from {{ ref('fct_calls') }} as calls
    group by calls.started_on
),

conversations as (
    select
        started_on as day,
        count(*) as conversations,
        count(*) filter (where contact_id is not null) as known_contacts,
        count(*) filter (where intent is not null) as labelled_conversations
    from {{ ref('fct_conversations') }}
    where direction <> 'internal'
    group by started_on
),

enquiries as (
    select
        enquired_on as day,
        count(*) as enquiries,
        count(*) filter (where last_source is not null) as enquiries_with_source
    from {{ ref('fct_conversion') }}
    group by enquired_on
),

receipts as (
    select
        issued_on as day,
        count(*) as receipts,
        count(*) filter (where match_status = 'matched') as matched_receipts,
        count(*) filter (where match_status = 'review') as receipts_to_review
    from {{ ref('fct_receipts') }}
    group by issued_on
),

days as (
    select day from calls
    union distinct
    select day from conversations
    union distinct
    select day from enquiries
    union distinct
    select day from receipts
)

select
    days.day,
    coalesce(calls.answered_calls, 0)::bigint as answered_calls,
    coalesce(calls.recorded_calls, 0)::bigint as recorded_calls,
    coalesce(calls.transcribed_calls, 0)::bigint as transcribed_calls,
    coalesce(conversations.conversations, 0)::bigint as conversations,
    coalesce(conversations.known_contacts, 0)::bigint as known_contacts,
    coalesce(conversations.labelled_conversations, 0)::bigint as labelled_conversations,
    coalesce(enquiries.enquiries, 0)::bigint as enquiries,
    coalesce(enquiries.enquiries_with_source, 0)::bigint as enquiries_with_source,
    coalesce(receipts.receipts, 0)::bigint as receipts,
    coalesce(receipts.matched_receipts, 0)::bigint as matched_receipts,
    coalesce(receipts.receipts_to_review, 0)::bigint as receipts_to_review
from days
left join calls on days.day = calls.day
left join conversations on days.day = conversations.day
left join enquiries on days.day = enquiries.day
left join receipts on days.day = receipts.day
