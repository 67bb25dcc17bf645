select
    agent_id as "Сотрудник",
    sum(broken_promises)::numeric / nullif(sum(promises), 0) as "Доля невыполненных обещаний"
from bi.fct_agent_days
where true [[and {{period}}]] [[and {{agent}}]]
group by 1
having sum(promises) > 0
order by 2 desc
