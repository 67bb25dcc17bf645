-- The first place in each conversation that has any of the words: cheap prefixes first, stems to be sure.
with spoken as (
    select distinct on (segments.transcript_id)
        conversations.conversation_id,
        segments.start_seconds,
        segments.speaker,
        segments.text
    from marts.fct_conversations as conversations
    inner join core.transcript_segments as segments on conversations.transcript_id = segments.transcript_id
    where
        conversations.conversation_id = any(:ids)
        and translate(lower(segments.text), 'ё', 'е') ~ :prefixes
        and to_tsvector('russian'::regconfig, translate(segments.text, 'ёЁ', 'еЕ')) @@ cast(:wanted as tsquery)
    order by segments.transcript_id, segments.position
),

written as (
    select distinct on (conversations.conversation_id)
        conversations.conversation_id,
        null::float as start_seconds,
        case messages.direction when 'inbound' then 'client' else 'agent' end as speaker,
        messages.text
    from marts.fct_conversations as conversations
    inner join raw.messages as messages
        on
            conversations.channel = messages.channel
            and substring(conversations.conversation_id from '^[^:]+:(.*):[^:]+$') = messages.thread_id
            and messages.sent_at between conversations.started_at and conversations.ended_at
    where
        conversations.conversation_id = any(:ids)
        and conversations.channel <> 'call'
        and translate(lower(messages.text), 'ё', 'е') ~ :prefixes
        and to_tsvector('russian'::regconfig, translate(messages.text, 'ёЁ', 'еЕ')) @@ cast(:wanted as tsquery)
    order by conversations.conversation_id, messages.sent_at
),

places as (
    select * from spoken
    union all
    select * from written
)

select
    conversation_id,
    start_seconds,
    speaker,
    text,
    ts_headline('russian'::regconfig, text, cast(:wanted as tsquery), :options) as headline
from places
