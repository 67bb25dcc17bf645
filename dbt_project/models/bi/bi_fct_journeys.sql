{{ config(alias='fct_journeys') }}

select
    contact_id,
    occurred_at,
    kind,
    title,
    {{ mask_reference('reference') }} as reference,
    source,
    medium,
    campaign
from {{ ref('fct_journeys') }}
