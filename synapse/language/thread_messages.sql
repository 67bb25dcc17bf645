select
    messages.channel,
    messages.thread_id,
    messages.message_id,
    messages.direction,
    messages.author_kind,
    messages.sent_at,
    messages.text
from unnest(cast(:channels as text []), cast(:threads as text [])) as wanted (channel, thread_id)
inner join raw.messages as messages
    on wanted.channel = messages.channel and wanted.thread_id = messages.thread_id
order by messages.channel, messages.thread_id, messages.sent_at, messages.id
