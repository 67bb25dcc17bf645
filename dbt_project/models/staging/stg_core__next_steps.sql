with next_steps as (
    select * from {{ source('core', 'next_steps') }}
)

select
    id as next_step_id,
    insight_id,
    position,
    who,
    action,
    promised_at,
    due_at
from next_steps
