{{ config(indexes=[{'columns': ['agent_name']}]) }}

with legs as (
    select * from {{ ref('int_call_legs') }}
),

queue_events as (
    select * from {{ ref('stg_asterisk__queue_events') }}
),

channels as (
    select * from {{ ref('int_channels') }}
),

-- A name comes with an agent's own calls, or from the queue's member that picked up.
named as (
    select
        caller_extension as agent_id,
        caller_name as agent_name
    from legs
    where caller_extension is not null and from_number = caller_extension
    union all
    select
        coalesce(queue_events.agent_extension, channels.extension) as agent_id,
        queue_events.agent_name
    from queue_events
    left join channels on queue_events.data[2] = channels.uniqueid
    where
        queue_events.event = 'CONNECT'
        and queue_events.agent_name !~ '^([A-Za-z0-9]+/|\d+$)'
    union all
    select
        extension as agent_id,
        caller_name as agent_name
    from channels
    where extension is not null and not is_local
),

counted as (
    select
        agent_id,
        agent_name,
        count(*) as times
    from named
    where agent_name is not null and agent_id is not null and agent_name !~ '^[\d+]*$'
    group by agent_id, agent_name
)

select
    agent_id,
    agent_name,
    times,
    row_number() over (partition by agent_id order by times desc, agent_name) = 1 as is_usual_name,
    times >= 0.9 * sum(times) over (partition by agent_name) as is_only_agent
from counted
