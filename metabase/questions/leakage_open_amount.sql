select coalesce(sum(estimated_amount) filter (where is_counted), 0) as "Под угрозой, ₽"
from bi.fct_leakage
where status = 'open' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
