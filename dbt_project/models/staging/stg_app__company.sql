with newest as (
    select document
    from {{ ref('stg_app__settings') }}
    order by version desc
    limit 1
),

defaults as (
    select * from {{ ref('default_company') }}
)

select
    coalesce(newest.document #>> '{calendar,zone}', defaults.zone) as zone,
    coalesce(
        (newest.document #>> '{integrations,asterisk,internal_number_max_digits}')::int,
        defaults.internal_number_max_digits
    ) as internal_number_max_digits,
    coalesce(newest.document #>> '{integrations,onec,currency}', defaults.currency) as currency
from newest
cross join defaults
