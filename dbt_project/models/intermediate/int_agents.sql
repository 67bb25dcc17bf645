with calls as (
    select * from {{ ref('int_calls') }}
),

threads as (
    select * from {{ ref('int_message_threads') }}
),

legs as (
    select * from {{ ref('int_call_legs') }}
),

queue_events as (
    select * from {{ ref('stg_asterisk__queue_events') }}
),

channels as (
    select * from {{ ref('int_channels') }}
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

-- A name comes with an agent's own calls, or from the queue's member that picked up.
names as (
    select
        caller_extension as agent_id,
        caller_name as agent_name
    from legs
    where caller_extension is not null and from_number = caller_extension
    union all
    select
        coalesce(queue_events.agent_extension, channels.extension),
        queue_events.agent_name
    from queue_events
    left join channels on queue_events.data[2] = channels.uniqueid
    where
        queue_events.event = 'CONNECT'
        and queue_events.agent_name !~ '^([A-Za-z0-9]+/|\d+$)'
    union all
    select
        extension,
        caller_name
    from channels
    where extension is not null and not is_local
),

usual_names as (
    select distinct on (agent_id)
        agent_id,
        agent_name
    from names
    where agent_name is not null and agent_id is not null and agent_name !~ '^[\d+]*$'
    group by agent_id, agent_name
    order by agent_id, count(*) desc, agent_name
)

select
    appearances.agent_id,
    coalesce(min(usual_names.agent_name), appearances.agent_id) as agent_name,
    min(appearances.seen_at) as first_call_at,
    max(appearances.seen_at) as last_call_at
from appearances
left join usual_names on appearances.agent_id = usual_names.agent_id
group by appearances.agent_id
