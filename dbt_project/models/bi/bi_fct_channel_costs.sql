{{ config(alias='fct_channel_costs') }}

select
    cost_id,
    cost_on,
    source,
    medium,
    campaign,
    currency,
    amount
from {{ ref('fct_channel_costs') }}
