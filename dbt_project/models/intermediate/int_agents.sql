with calls as (
    select * from {{ ref('int_calls') }}
),

threads as (
    select * from {{ ref('int_message_threads') }}
),

appearances as (
    select
        agent.agent_id,
        calls.started_at as seen_at
    from calls
    cross join lateral unnest(calls.agent_ids) as agent (agent_id)
    union all
    select
        first_agent_id,
        started_at
    from calls
    where first_agent_id is not null
    union all
    select
        agent_id,
        started_at
    from threads
    where agent_id is not null
),

usual_names as (
    select * from {{ ref('int_agent_names') }}
    where is_usual_name
)

select
    appearances.agent_id,
    coalesce(min(usual_names.agent_name), appearances.agent_id) as agent_name,
    min(appearances.seen_at) as first_call_at,
    max(appearances.seen_at) as last_call_at
from appearances
left join usual_names on appearances.agent_id = usual_names.agent_id
group by appearances.agent_id
