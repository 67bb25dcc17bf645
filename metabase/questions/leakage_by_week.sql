select
    date_trunc('week', occurred_on)::date as "Неделя",
    coalesce(sum(estimated_amount) filter (where is_counted and status = 'open'), 0) as "Открыто, ₽",
    coalesce(sum(estimated_amount) filter (where is_counted and status = 'lost'), 0) as "Потеряно, ₽",
    coalesce(sum(saved_amount), 0) as "Спасено, ₽"
from bi.fct_leakage
where true [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
group by 1
order by 1
