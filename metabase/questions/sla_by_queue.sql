select
    coalesce(queue, 'без очереди') as "Очередь",
    count(*) as "Звонков",
    count(*) filter (where not is_answered and not is_short_abandon) as "Пропущено",
    avg(is_within_sla::int) filter (where is_in_business_hours and not is_short_abandon) as "Отвечено в срок"
from bi.fct_sla
where channel = 'call' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]]
group by 1
order by 2 desc
