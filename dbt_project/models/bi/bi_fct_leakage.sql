{{ config(alias='fct_leakage') }}

select
    {{ mask_reference('leak_id') }} as leak_id,
    kind,
    contact_id,
    {{ mask_reference('conversation_id') }} as conversation_id,
    {{ mask_phone('client_number') }} as client_number,
    occurred_at,
    occurred_on,
    due_at,
    recovered_at,
    status,
    agent_id,
    queue,
    channel,
    source,
    is_in_business_hours,
    attempts,
    estimated_amount,
    saved_amount,
    is_counted,
    is_guess,
    explanation
from {{ ref('fct_leakage') }}
