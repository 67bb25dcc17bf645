select
    offered_on as "День",
    count(*) filter (where not is_answered and not is_short_abandon) as "Пропущено",
    count(*) filter (where is_answered) as "Отвечено"
from bi.fct_sla
where channel = 'call' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]]
group by 1
order by 1
