select
    occurred_at as "Когда",
    due_at as "Срок",
    explanation as "Что случилось",
    client_number as "Клиент",
    agent_id as "Сотрудник",
    estimated_amount as "Сумма, ₽"
from bi.fct_leakage
where status = 'open' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
order by estimated_amount desc nulls last, occurred_at desc
limit 200
