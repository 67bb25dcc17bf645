with weights as (
    select * from {{ source('core', 'match_weights') }}
)

select
    version,
    comparison,
    level,
    m,
    u
from weights
where version = (select max(newest.version) from weights as newest)
