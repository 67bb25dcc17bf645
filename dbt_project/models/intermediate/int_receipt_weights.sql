with prior as (
    select * from {{ ref('receipt_match_levels') }}
),

learned as (
    select * from {{ ref('stg_core__match_weights') }}
)

select
    prior.comparison,
    prior.level,
    ln(coalesce(learned.m, prior.m) / coalesce(learned.u, prior.u)) / ln(2) as bits
from prior
left join learned on prior.comparison = learned.comparison and prior.level = learned.level
