{{ config(indexes=[{'columns': ['conversation_id'], 'unique': true}]) }}

with messages as (
    select * from {{ ref('stg_messages__messages') }}
),

identifiers as (
    select * from {{ ref('stg_core__contact_identifiers') }}
),

-- A messenger knows an agent by name only; the telephone knows the extension of whoever is called so.
names as (
    select * from {{ ref('int_agent_names') }}
    where is_only_agent
),

gaps as (
    select
        *,
        sent_at - lag(sent_at) over thread > interval '24 hours' as is_after_silence
    from messages
    window thread as (partition by channel, thread_id order by sent_at, message_id)
),

parts as (
    select
        *,
        1 + count(*) filter (where is_after_silence) over (
            partition by channel, thread_id order by sent_at, message_id
        ) as part
    from gaps
),

-- A person is known by the strongest identifier that any message of the thread carries.
thread_contacts as (
    select distinct on (messages.channel, messages.thread_id)
        messages.channel,
        messages.thread_id,
        identifiers.contact_id
    from messages
    cross join lateral jsonb_each_text(messages.identifiers) as given (kind, value)
    inner join identifiers on given.kind = identifiers.kind and given.value = identifiers.value
    order by
        messages.channel,
        messages.thread_id,
        array_position(array['phone', 'email', 'telegram', 'whatsapp'], given.kind),
        identifiers.contact_id
),

thread_phones as (
    select
        channel,
        thread_id,
        min(identifiers ->> 'phone') as phone
    from messages
    group by channel, thread_id
),

first_client_messages as (
    select
        channel,
        thread_id,
        part,
        min(sent_at) as asked_at
    from parts
    where author_kind = 'client'
    group by channel, thread_id, part
),

-- The reply may come after a weekend, when the thread has already fallen in two.
replies as (
    select distinct on (asked.channel, asked.thread_id, asked.part)
        asked.channel,
        asked.thread_id,
        asked.part,
        messages.sent_at as replied_at,
        messages.author
    from first_client_messages as asked
    inner join messages
        on
            asked.channel = messages.channel
            and asked.thread_id = messages.thread_id
            and asked.asked_at <= messages.sent_at
    where messages.author_kind = 'agent'
    order by asked.channel, asked.thread_id, asked.part, messages.sent_at, messages.message_id
),

grouped as (
    select
        channel,
        thread_id,
        part,
        min(sent_at) as started_at,
        max(sent_at) as ended_at,
        count(*) as messages,
        (array_agg(direction order by sent_at, message_id))[1] as direction,
        (array_agg(message_key order by sent_at, message_id))[1] as first_message_key,
        (array_agg(author order by sent_at, message_id) filter (where author_kind = 'agent'))[1] as agent
    from parts
    group by channel, thread_id, part
)

select
    grouped.channel || ':' || grouped.thread_id || ':' || grouped.part as conversation_id,
    grouped.channel,
    grouped.thread_id,
    grouped.first_message_key,
    grouped.direction,
    thread_contacts.contact_id,
    thread_phones.phone as client_number,
    coalesce(names.agent_id, replies.author, grouped.agent) as agent_id,
    grouped.started_at,
    grouped.ended_at,
    grouped.messages,
    asked.asked_at,
    replies.replied_at
from grouped
left join first_client_messages as asked
    on
        grouped.channel = asked.channel
        and grouped.thread_id = asked.thread_id
        and grouped.part = asked.part
left join replies
    on
        grouped.channel = replies.channel
        and grouped.thread_id = replies.thread_id
        and grouped.part = replies.part
left join thread_contacts
    on grouped.channel = thread_contacts.channel and grouped.thread_id = thread_contacts.thread_id
left join thread_phones
    on grouped.channel = thread_phones.channel and grouped.thread_id = thread_phones.thread_id
left join names on coalesce(replies.author, grouped.agent) = names.agent_name
