select round(avg(response_seconds)::numeric, 1) as "Среднее ожидание, с"
from bi.fct_sla
where sla_kind = 'answer' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]]
