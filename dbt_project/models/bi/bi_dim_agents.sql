{{ config(alias='dim_agents') }}

select
    agent_id,
    agent_name,
    first_call_at,
    last_call_at
from {{ ref('dim_agents') }}
