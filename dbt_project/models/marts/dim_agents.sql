select
    agent_id,
    agent_name,
    first_call_at,
    last_call_at
from {{ ref('int_agents') }}
