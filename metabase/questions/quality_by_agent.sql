select
    agent_id as "Сотрудник",
    count(*) as "Разговоров",
    round(avg(quality_score)::numeric, 1) as "Средняя оценка",
    count(*) filter (where is_complaint) as "Жалоб",
    round(max(toxicity)::numeric, 2) as "Наибольшая токсичность"
from bi.fct_conversations
where quality_score is not null [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
group by 1
order by 3
