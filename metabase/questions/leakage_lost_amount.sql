select coalesce(sum(estimated_amount) filter (where is_counted), 0) as "Потеряно, ₽"
from bi.fct_leakage
where status = 'lost' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
