{{
    config(indexes=[
        {'columns': ['conversation_id'], 'unique': true},
        {'columns': ['started_at', 'conversation_id']},
        {'columns': ['contact_id']},
        {'columns': ['started_on']},
        {'columns': ['insight_id']},
    ])
}}

select
    conversation_id,
    channel,
    direction,
    contact_id,
    client_number,
    agent_id,
    queue,
    started_at,
    ended_at,
    started_on,
    is_in_business_hours,
    messages,
    is_answered,
    is_missed,
    response_seconds,
    intent,
    is_sales_enquiry,
    topics,
    is_complaint,
    toxicity,
    quality_score,
    summary,
    call_id,
    recording_id,
    transcript_id,
    insight_id,
    source,
    medium,
    campaign,
    is_source_guessed
from {{ ref('int_conversations') }}
