select
    channel,
    thread_id
from raw.messages
where loaded_at > :since
union
select
    channel,
    thread_id
from core.insights
where transcript_id is null and version <> :version
order by channel, thread_id
