select
    channel,
    thread_id
from raw.messages
where loaded_at > :since
union
select
    insights.channel,
    insights.thread_id
from core.insights as insights
inner join raw.messages as messages
    on
        insights.channel = messages.channel
        and insights.thread_id = messages.thread_id
        and insights.first_message_id = messages.message_id
where
    insights.transcript_id is null
    and insights.version <> :version
    and (split_part(insights.version, '+', 1) <> :shipped or messages.sent_at >= :recent)
order by channel, thread_id
