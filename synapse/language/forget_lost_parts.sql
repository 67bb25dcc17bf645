delete from core.insights as insights
using unnest(cast(:channels as text []), cast(:threads as text [])) as relabelled (channel, thread_id)
where
    insights.channel = relabelled.channel
    and insights.thread_id = relabelled.thread_id
    and not exists (
        select 1
        from unnest(cast(:part_channels as text []), cast(:part_threads as text []), cast(:firsts as text []))
            as parts (channel, thread_id, first_message_id)
        where
            parts.channel = insights.channel
            and parts.thread_id = insights.thread_id
            and parts.first_message_id = insights.first_message_id
    )
