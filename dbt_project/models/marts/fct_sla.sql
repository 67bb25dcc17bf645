{{
    config(indexes=[
        {'columns': ['conversation_id'], 'unique': true},
        {'columns': ['offered_on']},
        {'columns': ['offered_at']},
    ])
}}

with conversations as (
    select * from {{ ref('int_conversations') }}
    where direction = 'inbound'
),

calls as (
    select * from {{ ref('int_calls') }}
),

callbacks as (
    select * from {{ ref('int_callbacks') }}
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

offers as (
    select
        conversations.conversation_id,
        conversations.channel,
        case
            when conversations.channel <> 'call' then 'reply'
            when calls.is_answered then 'answer'
            when calls.is_missed then 'callback'
            else 'abandon'
        end as sla_kind,
        conversations.contact_id,
        conversations.agent_id,
        conversations.queue,
        case
            when conversations.channel <> 'call' then conversations.asked_at
            when calls.is_missed then conversations.ended_at
            else conversations.started_at
        end as offered_at,
        case
            when calls.is_missed then callbacks.reached_at
            else conversations.answered_at
        end as responded_at,
        conversations.is_answered,
        coalesce(calls.is_short_abandon, false) as is_short_abandon,
        conversations.is_in_business_hours
    from conversations
    left join calls on conversations.call_id = calls.call_id
    left join callbacks on conversations.call_id = callbacks.call_id
    where
        (conversations.channel = 'call' and conversations.call_id is not null)
        or (conversations.channel <> 'call' and conversations.asked_at is not null)
),

timed as (
    select
        offers.*,
        case offers.sla_kind
            when 'answer' then thresholds.answer_within_seconds
            when 'callback' then thresholds.callback_within_minutes * 60
            when 'reply' then thresholds.message_reply_within_minutes * 60
        end as threshold_seconds,
        {{ seconds_between('offers.offered_at', 'offers.responded_at') }} as response_seconds,
        {{ business_seconds_between('offers.offered_at', 'offers.responded_at') }} as response_business_seconds,
        case
            when offers.responded_at is null
                then {{ business_seconds_between('offers.offered_at', now()) }}
        end as waited_business_seconds
    from offers
    inner join thresholds
        on offers.offered_at >= thresholds.valid_from and offers.offered_at < thresholds.valid_to
)

select
    conversation_id,
    channel,
    sla_kind,
    contact_id,
    agent_id,
    queue,
    offered_at,
    {{ local_date('offered_at') }} as offered_on,
    {{ local_hour('offered_at') }} as offered_hour,
    responded_at,
    response_seconds,
    case when responded_at is not null then response_business_seconds end as response_business_seconds,
    threshold_seconds,
    case
        when sla_kind = 'abandon' then null
        when sla_kind = 'answer' then response_seconds <= threshold_seconds
        when responded_at is not null then response_business_seconds <= threshold_seconds
        when waited_business_seconds > threshold_seconds then false
    end as is_within_sla,
    is_answered,
    is_short_abandon,
    is_in_business_hours
from timed
