with insights as (
    select * from {{ source('core', 'insights') }}
)

select
    insights.id as insight_id,
    evidence.field,
    evidence.value,
    evidence.phrase,
    evidence.segment
from insights
cross join
    lateral jsonb_to_recordset(insights.evidence) as evidence (field text, value text, phrase text, segment int)
