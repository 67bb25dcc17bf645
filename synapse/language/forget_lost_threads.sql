delete from core.insights as insights
where
    insights.transcript_id is null
    and not exists (
        select 1
        from raw.messages as messages
        where messages.channel = insights.channel and messages.thread_id = insights.thread_id
    )
