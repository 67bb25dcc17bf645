{{
    config(indexes=[
        {'columns': ['conversation_id'], 'unique': true},
        {'columns': ['contact_key', 'started_at']},
        {'columns': ['started_at']},
    ])
}}

with calls as (
    select * from {{ ref('int_calls') }}
),

threads as (
    select * from {{ ref('int_message_threads') }}
),

orphan_recordings as (
    select * from {{ ref('int_recordings_matched') }}
    where call_id is null
),

transcripts as (
    select distinct on (recording_id)
        recording_id,
        transcript_id
    from {{ ref('int_transcripts_matched') }}
    where recording_id is not null
    order by recording_id, transcript_id desc
),

insights as (
    select * from {{ ref('stg_core__insights') }}
),

phones as (
    select
        value,
        contact_id
    from {{ ref('stg_core__contact_identifiers') }}
    where kind = 'phone'
),

from_calls as (
    select
        'call:' || call_id as conversation_id,
        'call' as channel,
        direction,
        contact_id,
        contact_key,
        client_number,
        first_agent_id as agent_id,
        queue,
        started_at,
        started_at as asked_at,
        answered_at,
        ended_at,
        0::bigint as messages,
        is_answered,
        is_missed,
        case when is_answered then wait_seconds end as response_seconds,
        call_id,
        recording_id,
        transcript_id,
        null::text as thread_id,
        null::text as first_message_key
    from calls
),

from_threads as (
    select
        threads.conversation_id,
        threads.channel,
        threads.direction,
        threads.contact_id,
        coalesce('contact:' || threads.contact_id, threads.channel || ':' || threads.thread_id) as contact_key,
        threads.client_number,
        threads.agent_id,
        null::text as queue,
        threads.started_at,
        threads.asked_at,
        threads.replied_at as answered_at,
        threads.ended_at,
        threads.messages,
        threads.replied_at is not null as is_answered,
        threads.direction = 'inbound' and threads.replied_at is null as is_missed,
        {{ seconds_between('threads.asked_at', 'threads.replied_at') }} as response_seconds,
        null::text as call_id,
        null::bigint as recording_id,
        null::bigint as transcript_id,
        threads.thread_id,
        threads.first_message_key
    from threads
),

-- Somebody talked, or there would be no recording.
from_recordings as (
    select
        'recording:' || orphan_recordings.recording_id as conversation_id,
        'call' as channel,
        case
            when orphan_recordings.direction = 'out' then 'outbound'
            when orphan_recordings.direction in ('internal', 'exten') then 'internal'
            else 'inbound'
        end as direction,
        phones.contact_id,
        coalesce(
            'contact:' || phones.contact_id,
            orphan_recordings.client_number,
            'recording:' || orphan_recordings.recording_id
        ) as contact_key,
        orphan_recordings.client_number,
        null::text as agent_id,
        null::text as queue,
        orphan_recordings.started_at,
        orphan_recordings.started_at as asked_at,
        orphan_recordings.started_at as answered_at,
        orphan_recordings.started_at
        + make_interval(secs => coalesce(orphan_recordings.duration_seconds, 0)) as ended_at,
        0::bigint as messages,
        true as is_answered,
        false as is_missed,
        null::int as response_seconds,
        null::text as call_id,
        orphan_recordings.recording_id,
        transcripts.transcript_id,
        null::text as thread_id,
        null::text as first_message_key
    from orphan_recordings
    left join phones on orphan_recordings.client_number = phones.value
    left join transcripts on orphan_recordings.recording_id = transcripts.recording_id
    where orphan_recordings.started_at is not null
),

conversations as (
    select * from from_calls
    union all
    select * from from_threads
    union all
    select * from from_recordings
),

labelled as (
    select
        conversations.*,
        insights.insight_id,
        insights.intent,
        insights.is_sales_enquiry,
        coalesce(insights.topics, '{}') as topics,
        coalesce(insights.is_complaint, false) as is_complaint,
        insights.toxicity,
        insights.quality_score,
        insights.outcome,
        insights.summary
    from conversations
    left join insights on conversations.transcript_id = insights.transcript_id
    where conversations.first_message_key is null

    union all

    select
        conversations.*,
        insights.insight_id,
        insights.intent,
        insights.is_sales_enquiry,
        coalesce(insights.topics, '{}') as topics,
        coalesce(insights.is_complaint, false) as is_complaint,
        insights.toxicity,
        insights.quality_score,
        insights.outcome,
        insights.summary
    from conversations
    left join insights
        on
            conversations.channel = insights.channel
            and conversations.thread_id = insights.thread_id
            and conversations.first_message_key = insights.first_message_id
    where conversations.first_message_key is not null
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
)

select
    labelled.*,
    {{ local_date('labelled.started_at') }} as started_on,
    {{ is_in_business_hours('labelled.started_at') }} as is_in_business_hours,
    coalesce(visit.source, guessed.source) as source,
    coalesce(visit.medium, guessed.medium) as medium,
    case when visit.source is not null then visit.campaign else guessed.campaign end as campaign,
    visit.source is null and guessed.source is not null as is_source_guessed
from labelled
inner join thresholds
    on labelled.started_at >= thresholds.valid_from and labelled.started_at < thresholds.valid_to
left join lateral (
    select
        sessions.source,
        sessions.medium,
        sessions.campaign
    from {{ ref('int_web_sessions') }} as sessions
    where
        sessions.contact_id = labelled.contact_id
        and sessions.started_at <= labelled.started_at
        and sessions.started_at > labelled.started_at - make_interval(days => thresholds.conversion_window_days)
    order by sessions.started_at desc
    limit 1
) as visit on true
left join {{ ref('int_guessed_visits') }} as guessed
    on
        labelled.contact_key = guessed.contact_key
        and labelled.started_at >= guessed.clicked_at
        and labelled.started_at - guessed.clicked_at < make_interval(days => thresholds.conversion_window_days)
