{{
    config(indexes=[
        {'columns': ['call_id'], 'unique': true},
        {'columns': ['started_at']},
        {'columns': ['contact_id']},
        {'columns': ['started_on']},
    ])
}}

with calls as (
    select * from {{ ref('int_calls') }}
),

callbacks as (
    select * from {{ ref('int_callbacks') }}
)

select
    calls.call_id,
    'call:' || calls.call_id as conversation_id,
    calls.direction,
    calls.from_number,
    calls.to_number,
    calls.client_number,
    calls.is_hidden_number,
    calls.contact_id,
    calls.first_agent_id,
    calls.agent_ids,
    calls.queue,
    calls.started_at,
    calls.answered_at,
    calls.ended_at,
    calls.started_on,
    calls.started_hour,
    calls.wait_seconds,
    calls.talk_seconds,
    calls.hold_seconds,
    calls.is_answered,
    calls.is_missed,
    calls.is_short_abandon,
    calls.is_in_business_hours,
    calls.transfers,
    calls.legs,
    coalesce(callbacks.is_called_back, false) as is_called_back,
    callbacks.reached_at,
    coalesce(callbacks.attempts, 0) as callback_attempts,
    calls.recording_id,
    calls.transcript_id
from calls
left join callbacks on calls.call_id = callbacks.call_id
