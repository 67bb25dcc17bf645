select
    coalesce(bi.dim_agents.agent_name, bi.fct_agent_days.agent_id) as "Сотрудник",
    sum(calls) as "Звонков",
    sum(answered) as "Отвечено",
    sum(missed) as "Пропущено",
    round(sum(talk_seconds) / 3600.0, 1) as "Разговор, ч",
    sum(promises) as "Обещаний",
    sum(broken_promises) as "Не выполнено"
from bi.fct_agent_days
left join bi.dim_agents on bi.fct_agent_days.agent_id = bi.dim_agents.agent_id
where true [[and {{period}}]] [[and {{agent}}]]
group by 1
order by 2 desc
