{{ config(alias='fct_attribution') }}

select
    {{ mask_reference('enquiry_id') }} as enquiry_id,
    attribution_model,
    touch_number,
    touches,
    touched_at,
    source,
    medium,
    campaign,
    credit,
    credited_amount,
    enquired_at,
    enquired_on,
    is_converted,
    is_matured
from {{ ref('fct_attribution') }}
