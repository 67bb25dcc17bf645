{{ config(indexes=[{'columns': ['contact_key', 'touched_at']}]) }}

-- Every moment at which a person of the company and a contact got through to each other.
with calls as (
    select * from {{ ref('int_calls') }}
    where is_answered and direction in ('inbound', 'outbound')
),

messages as (
    select * from {{ ref('stg_messages__messages') }}
    where author_kind = 'agent'
),

threads as (
    select * from {{ ref('int_message_threads') }}
)

select
    contact_key,
    direction,
    started_at as tried_at,
    answered_at as touched_at,
    'call:' || call_id as conversation_id
from calls

union all

select
    coalesce('contact:' || threads.contact_id, threads.channel || ':' || threads.thread_id) as contact_key,
    messages.direction,
    messages.sent_at as tried_at,
    messages.sent_at as touched_at,
    threads.conversation_id
from messages
inner join threads
    on
        messages.channel = threads.channel
        and messages.thread_id = threads.thread_id
        and messages.sent_at between threads.started_at and threads.ended_at
