select
    topic as "Тема",
    count(*) as "Разговоров"
from bi.fct_conversations
cross join unnest(topics) as named (topic)
where true [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
group by 1
order by 2 desc
