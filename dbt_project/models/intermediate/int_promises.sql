{{ config(indexes=[{'columns': ['next_step_id'], 'unique': true}]) }}

with next_steps as (
    select * from {{ ref('stg_core__next_steps') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

touches as (
    select * from {{ ref('int_touches') }}
)

select
    next_steps.next_step_id,
    next_steps.action,
    next_steps.promised_at,
    next_steps.due_at,
    conversations.conversation_id,
    conversations.contact_id,
    conversations.contact_key,
    conversations.client_number,
    conversations.agent_id,
    conversations.queue,
    conversations.channel,
    conversations.source,
    conversations.is_sales_enquiry,
    kept.tried_at as contacted_at,
    coalesce(kept.tried_at <= next_steps.due_at, false) as is_kept
from next_steps
inner join conversations on next_steps.insight_id = conversations.insight_id
left join lateral (
    select touches.tried_at
    from touches
    where
        touches.contact_key = conversations.contact_key
        and touches.direction = 'outbound'
        and touches.tried_at > next_steps.promised_at
        -- The rest of the same call keeps no promise; in a chat a later message does.
        and (conversations.channel <> 'call' or touches.conversation_id <> conversations.conversation_id)
    order by touches.tried_at
    limit 1
) as kept on true
where
    next_steps.who = 'agent'
    -- Whether a hidden caller was called nobody can tell.
    and (conversations.contact_id is not null or conversations.client_number is not null)
