{{ config(alias='fct_conversion') }}

select
    {{ mask_reference('enquiry_id') }} as enquiry_id,
    contact_id,
    enquired_at,
    enquired_on,
    channel,
    agent_id,
    response_seconds,
    first_visit_at,
    intent_click_at,
    qualified_at,
    appointment_at,
    first_receipt_at,
    first_source,
    first_medium,
    first_campaign,
    last_source,
    last_medium,
    last_campaign,
    is_source_guessed,
    is_converted,
    is_matured,
    is_lost,
    days_to_receipt,
    net_amount,
    match_confidence
from {{ ref('fct_conversion') }}
