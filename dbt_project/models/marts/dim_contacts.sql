{{ config(indexes=[{'columns': ['contact_id'], 'unique': true}, {'columns': ['phone']}]) }}

with contacts as (
    select * from {{ ref('stg_core__contacts') }}
),

identifiers as (
    select * from {{ ref('stg_core__contact_identifiers') }}
),

phones as (
    select distinct on (contact_id)
        contact_id,
        value
    from identifiers
    where kind = 'phone'
    order by contact_id, first_seen_at, value
),

emails as (
    select distinct on (contact_id)
        contact_id,
        value
    from identifiers
    where kind = 'email'
    order by contact_id, first_seen_at, value
),

calls as (
    select
        contact_id,
        count(*) as calls
    from {{ ref('int_calls') }}
    where contact_id is not null
    group by contact_id
),

messages as (
    select
        contact_id,
        sum(messages)::bigint as messages
    from {{ ref('int_message_threads') }}
    where contact_id is not null
    group by contact_id
),

visits as (
    select
        contact_id,
        count(*) as visits
    from {{ ref('int_web_sessions') }}
    where contact_id is not null
    group by contact_id
),

first_visits as (
    select distinct on (contact_id)
        contact_id,
        source,
        medium,
        campaign
    from {{ ref('int_web_sessions') }}
    where contact_id is not null
    order by contact_id, started_at, session_key
),

receipts as (
    select
        contact_id,
        count(*) filter (where kind <> 'return') as receipts,
        sum(amount) as net_amount
    from {{ ref('int_receipts_matched') }}
    where contact_id is not null
    group by contact_id
)

select
    contacts.contact_id,
    contacts.display_name,
    phones.value as phone,
    emails.value as email,
    contacts.first_seen_at,
    contacts.last_seen_at,
    first_visits.source as first_source,
    first_visits.medium as first_medium,
    first_visits.campaign as first_campaign,
    coalesce(calls.calls, 0) as calls,
    coalesce(messages.messages, 0) as messages,
    coalesce(visits.visits, 0) as visits,
    coalesce(receipts.receipts, 0) as receipts,
    coalesce(receipts.net_amount, 0)::numeric(14, 2) as net_amount
from contacts
left join phones on contacts.contact_id = phones.contact_id
left join emails on contacts.contact_id = emails.contact_id
left join calls on contacts.contact_id = calls.contact_id
left join messages on contacts.contact_id = messages.contact_id
left join visits on contacts.contact_id = visits.contact_id
left join first_visits on contacts.contact_id = first_visits.contact_id
left join receipts on contacts.contact_id = receipts.contact_id
