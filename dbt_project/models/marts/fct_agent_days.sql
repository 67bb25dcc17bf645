{{ config(indexes=[{'columns': ['day_on', 'agent_id'], 'unique': true}]) }}

with calls as (
    select * from {{ ref('int_calls') }}
),

promises as (
    select
        *,
        {{ local_date('promised_at') }} as promised_on
    from {{ ref('int_promises') }}
),

call_days as (
    select
        first_agent_id as agent_id,
        started_on as day_on,
        count(*) as calls,
        count(*) filter (where is_answered) as answered,
        count(*) filter (where is_missed) as missed,
        coalesce(sum(talk_seconds), 0)::bigint as talk_seconds,
        percentile_cont(0.5) within group (order by wait_seconds) filter (
            where is_answered and direction = 'inbound'
        ) as median_wait_seconds
    from calls
    where first_agent_id is not null
    group by first_agent_id, started_on
),

promise_days as (
    select
        agent_id,
        promised_on as day_on,
        count(*) as promises,
        count(*) filter (where not is_kept and due_at < {{ now() }}) as broken_promises
    from promises
    where agent_id is not null
    group by agent_id, promised_on
)

select
    coalesce(call_days.agent_id, promise_days.agent_id) as agent_id,
    coalesce(call_days.day_on, promise_days.day_on) as day_on,
    coalesce(call_days.calls, 0) as calls,
    coalesce(call_days.answered, 0) as answered,
    coalesce(call_days.missed, 0) as missed,
    coalesce(call_days.talk_seconds, 0) as talk_seconds,
    call_days.median_wait_seconds,
    coalesce(promise_days.promises, 0) as promises,
    coalesce(promise_days.broken_promises, 0) as broken_promises
from call_days
full outer join promise_days on call_days.agent_id = promise_days.agent_id and call_days.day_on = promise_days.day_on
