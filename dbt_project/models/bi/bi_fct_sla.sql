{{ config(alias='fct_sla') }}

select
    {{ mask_reference('conversation_id') }} as conversation_id,
    channel,
    sla_kind,
    contact_id,
    agent_id,
    queue,
    offered_at,
    offered_on,
    offered_hour,
    responded_at,
    response_seconds,
    response_business_seconds,
    threshold_seconds,
    is_within_sla,
    is_answered,
    is_short_abandon,
    is_in_business_hours
from {{ ref('fct_sla') }}
