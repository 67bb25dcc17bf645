select
    date_trunc('week', day_on)::date as "Неделя",
    agent_id as "Сотрудник",
    sum(answered) as "Отвечено"
from bi.fct_agent_days
where true [[and {{period}}]] [[and {{agent}}]]
group by 1, 2
order by 1, 2
