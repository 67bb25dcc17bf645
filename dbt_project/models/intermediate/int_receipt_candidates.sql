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

agents as (
    select * from {{ ref('int_agents') }}
),

known_pairs as (
    select
        receipts.receipt_id,
        enquiries.enquiry_id,
        enquiries.enquired_at,
        enquiries.agent_id,
        receipts.issued_at,
        receipts.manager,
        case
            when receipts.phone = enquiries.client_number then 'phone'
            when enquiries.client_number = any(receipts.phones_in_comment) then 'comment_phone'
            when receipts.contact_method in ('email', 'code') then receipts.contact_method
            else 'contact'
        end as method
    from receipts
    inner join enquiries
        on
            receipts.contact_key = enquiries.contact_key
            and receipts.issued_at >= enquiries.enquired_at - interval '1 hour'
            and receipts.issued_at <= enquiries.window_ends_at
),

-- Two words make a full name; a receipt may add a patronymic.
named_enquiries as (
    select
        enquiries.*,
        {{ name_key('contacts.display_name') }} as name_key
    from enquiries
    inner join {{ ref('stg_core__contacts') }} as contacts on enquiries.contact_id = contacts.contact_id
    where contacts.display_name ~ '^\S+ \S+$'
),

named_receipts as (
    select
        receipts.receipt_id,
        receipts.issued_at,
        receipts.manager,
        least(word.value, other.value) || ' ' || greatest(word.value, other.value) as name_key
    from receipts
    cross join
        lateral
        regexp_split_to_table(lower(receipts.customer_name), '\s+') with ordinality as word (value, place)
    cross join
        lateral
        regexp_split_to_table(lower(receipts.customer_name), '\s+') with ordinality as other (value, place)
    where
        word.place < other.place
        and receipts.receipt_id not in (select known_pairs.receipt_id from known_pairs)
),

-- Where no identifier helps, a name may, if in that time nobody else of the name enquired.
name_pairs as (
    select
        named_receipts.receipt_id,
        min(enquiries.enquiry_id) as enquiry_id,
        min(enquiries.enquired_at) as enquired_at,
        min(enquiries.agent_id) as agent_id,
        min(named_receipts.issued_at) as issued_at,
        min(named_receipts.manager) as manager,
        'name' as method
    from named_receipts
    inner join named_enquiries as enquiries
        on
            named_receipts.name_key = enquiries.name_key
            and named_receipts.issued_at >= enquiries.enquired_at - interval '1 hour'
            and named_receipts.issued_at <= enquiries.window_ends_at
    group by named_receipts.receipt_id
    having count(*) = 1
),

pairs as (
    select * from known_pairs
    union all
    select * from name_pairs
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
        end as evidence
    from pairs
    union all
    select
        pairs.receipt_id,
        pairs.enquiry_id,
        'manager' as evidence
    from pairs
    inner join agents on pairs.agent_id = agents.agent_id
    where lower(pairs.manager) = lower(agents.agent_name)
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
