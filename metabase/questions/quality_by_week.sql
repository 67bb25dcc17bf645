select
    date_trunc('week', started_on)::date as "Неделя",
    round(avg(quality_score)::numeric, 1) as "Средняя оценка",
    count(*) filter (where is_complaint) as "Жалоб"
from bi.fct_conversations
where quality_score is not null [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
group by 1
order by 1
