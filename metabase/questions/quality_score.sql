select round(avg(quality_score)::numeric, 1) as "Средняя оценка"
from bi.fct_conversations
where quality_score is not null [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
