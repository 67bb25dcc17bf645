{{ config(alias='fct_agent_days') }}

select
    agent_id,
    day_on,
    calls,
    answered,
    missed,
    talk_seconds,
    median_wait_seconds,
    promises,
    broken_promises
from {{ ref('fct_agent_days') }}
