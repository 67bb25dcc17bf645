with messages as (
    select * from {{ source('raw', 'messages') }}
)

select
    id as message_id,
    channel,
    thread_id,
    message_id as message_key,
    direction,
    author,
    author_kind,
    sent_at,
    identifiers
from messages
