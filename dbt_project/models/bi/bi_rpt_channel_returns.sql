{{ config(alias='rpt_channel_returns') }}

select
    attribution_model,
    return_on,
    source,
    medium,
    campaign,
    cost,
    enquiries,
    converted,
    revenue
from {{ ref('rpt_channel_returns') }}
