with queue_events as (
    select * from {{ source('raw', 'queue_events') }}
)

select
    id as queue_event_id,
    occurred_at,
    callid as uniqueid,
    queue,
    nullif(agent, 'NONE') as agent_name,
    coalesce({{ channel_extension('agent') }}, substring(agent from '^\d{2,7}$')) as agent_extension,
    upper(event) as event,
    data
from queue_events
where callid not in ('NONE', '')
