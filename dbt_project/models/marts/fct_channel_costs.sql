{{ config(indexes=[{'columns': ['cost_id', 'cost_on'], 'unique': true}, {'columns': ['cost_on']}]) }}

-- A row for a period is spread over its days evenly; its last day takes what rounding left.
with costs as (
    select
        *,
        spent_until - spent_on + 1 as days
    from {{ ref('stg_costs__channel_costs') }}
)

select
    costs.cost_id,
    listed.cost_at::date as cost_on,
    costs.source,
    costs.medium,
    costs.campaign,
    costs.currency,
    case
        when listed.cost_at::date = costs.spent_until
            then costs.amount - (costs.days - 1) * round(costs.amount / costs.days, 2)
        else round(costs.amount / costs.days, 2)
    end::numeric(14, 2) as amount
from costs
cross join lateral generate_series(costs.spent_on, costs.spent_until, interval '1 day') as listed (cost_at)
