with insights as (
    select * from {{ source('core', 'insights') }}
)

select
    id as insight_id,
    transcript_id,
    channel,
    thread_id,
    first_message_id,
    intent,
    is_sales_enquiry,
    topics,
    is_complaint,
    toxicity,
    quality_score,
    outcome,
    summary
from insights
