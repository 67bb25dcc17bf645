with channel_costs as (
    select * from {{ source('raw', 'channel_costs') }}
)

select
    id as cost_id,
    spent_on,
    spent_until,
    source,
    medium,
    nullif(campaign, '(not set)') as campaign,
    amount,
    currency
from channel_costs
