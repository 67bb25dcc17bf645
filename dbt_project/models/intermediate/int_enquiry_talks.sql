{{ config(indexes=[{'columns': ['enquiry_id'], 'unique': true}]) }}

with enquiries as (
    select * from {{ ref('int_enquiries') }}
),

evidence as (
    select * from {{ ref('stg_core__insight_evidence') }}
    where field in ('amount', 'client_name')
),

visits as (
    select
        insight_id,
        due_at
    from {{ ref('stg_core__next_steps') }}
    where action = 'visit' and who = 'agent' and due_at is not null
),

agents as (
    select * from {{ ref('int_agents') }}
),

-- The enquiry itself and all later talks with the contact while the receipt may still come.
talks as (
    select
        enquiries.enquiry_id,
        enquiries.contact_id,
        conversations.insight_id,
        conversations.agent_id
    from enquiries
    inner join {{ ref('int_conversations') }} as conversations
        on
            enquiries.contact_key = conversations.contact_key
            and conversations.started_at >= enquiries.enquired_at
            and conversations.started_at <= enquiries.window_ends_at
),

talkers as (
    select
        talks.enquiry_id,
        array_agg(distinct lower(agents.agent_name)) as agents
    from talks
    inner join agents on talks.agent_id = agents.agent_id
    group by talks.enquiry_id
),

said as (
    select
        talks.enquiry_id,
        array_agg(distinct evidence.value::numeric) filter (where evidence.field = 'amount') as amounts,
        array_agg(distinct evidence.value) filter (where evidence.field = 'client_name') as names
    from talks
    inner join evidence on talks.insight_id = evidence.insight_id
    group by talks.enquiry_id
),

promised as (
    select
        talks.enquiry_id,
        array_agg(distinct visits.due_at) as visits
    from talks
    inner join visits on talks.insight_id = visits.insight_id
    group by talks.enquiry_id
),

-- Not the names that receipts gave: those would prove themselves.
given_names as (
    select
        contact_id,
        array_agg(distinct name) as names
    from {{ ref('stg_core__contact_identifiers') }}
    where name_rank > 1 and name <> ''
    group by contact_id
)

select
    enquiries.enquiry_id,
    talkers.agents,
    said.amounts,
    promised.visits,
    {{ name_words("array_to_string(coalesce(said.names, '{}') || coalesce(given_names.names, '{}'), ' ')") }}
        as name_words
from enquiries
left join talkers on enquiries.enquiry_id = talkers.enquiry_id
left join said on enquiries.enquiry_id = said.enquiry_id
left join promised on enquiries.enquiry_id = promised.enquiry_id
left join given_names on enquiries.contact_id = given_names.contact_id
