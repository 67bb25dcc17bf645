{{ config(indexes=[{'columns': ['attribution_model', 'return_on']}]) }}

-- Days and channels, so that any period can be summed: costs by the day they were spent on, enquiries and revenue
-- by the day of the enquiry. Ratios are for whoever sums.
with credits as (
    select
        attribution_model,
        enquired_on as return_on,
        source,
        medium,
        campaign,
        sum(credit) as enquiries,
        coalesce(sum(credit) filter (where is_converted), 0) as converted,
        sum(credited_amount) as revenue
    from {{ ref('fct_attribution') }}
    where credit > 0
    group by attribution_model, enquired_on, source, medium, campaign
),

attribution_models as (
    select attribution_model
    from (
        values ('first'), ('last'), ('last_non_direct'), ('linear'), ('position_based'), ('time_decay'),
        ('data_driven')
    ) as listed (attribution_model)
),

-- Money of another currency can't be set against revenue; it stays in fct_channel_costs.
costs as (
    select
        attribution_models.attribution_model,
        spent.cost_on as return_on,
        spent.source,
        spent.medium,
        spent.campaign,
        sum(spent.amount) as cost
    from {{ ref('fct_channel_costs') }} as spent
    cross join attribution_models
    where spent.currency = 'RUB'
    group by attribution_models.attribution_model, spent.cost_on, spent.source, spent.medium, spent.campaign
)

select
    coalesce(credits.attribution_model, costs.attribution_model) as attribution_model,
    coalesce(credits.return_on, costs.return_on) as return_on,
    coalesce(credits.source, costs.source) as source,
    coalesce(credits.medium, costs.medium) as medium,
    coalesce(credits.campaign, costs.campaign) as campaign,
    coalesce(costs.cost, 0)::numeric(14, 2) as cost,
    coalesce(credits.enquiries, 0)::numeric(14, 6) as enquiries,
    coalesce(credits.converted, 0)::numeric(14, 6) as converted,
    coalesce(credits.revenue, 0)::numeric(20, 8) as revenue
from credits
full outer join costs
    on
        credits.attribution_model = costs.attribution_model
        and credits.return_on = costs.return_on
        and credits.source = costs.source
        and credits.medium = costs.medium
        and coalesce(credits.campaign, '') = coalesce(costs.campaign, '')
